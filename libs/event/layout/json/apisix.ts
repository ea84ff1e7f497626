import type { HttpEvent } from '../../http-event.js'
import { labelOf } from '../../label.js'
import { hasAll, jsonLayout } from '../json-table.js'
import type { JsonObject } from '../layout.js'
import { textAt } from '../value-at.js'
import { hostOfUrl } from '../host-of-url.js'

/** What older releases write where no route matched. */
const NO_ROUTE = 'no-matched'

/** The default entry of APISIX's loggers (docs: APISIX, plugin http-logger). Times start, in ms. A `log_format` of one's own is generic JSON. */
export const apisix = jsonLayout({
  name: 'apisix',
  sentence: "Default entries of APISIX's http-logger, tcp-logger, kafka-logger and the like.",
  marks: ['apisix_latency'],
  recognise: (record) => hasAll(record, 'apisix_latency', 'response.status'),
  fields: {
    ts: 'start:start_time',
    status: 'response.status',
    method: 'request.method',
    path: 'request.uri',
    duration: 'ms:latency',
    upstreamDuration: 'ms:upstream_latency',
    bytes: 'response.size',
    host: 'request.headers.host',
    service: 'service_id',
    route: 'route_id',
    consumer: 'consumer.username',
    requestId: 'response.headers.x-request-id request.headers.x-request-id',
    traceId: 'request.headers.traceparent',
    grpcStatus: 'response.headers.grpc-status',
  },
  settle: (event, record) => withAnswerer(withNames(event, record), record),
})

/** Without a route the service is only the host again, and the host tells more than a port of the gateway. */
function withNames(event: HttpEvent, record: JsonObject): HttpEvent {
  const { route, service, ...rest } = event
  const isMatched = route !== undefined && route !== NO_ROUTE
  const host = event.host ?? labelOf(hostOfUrl(textAt(record, 'request.url') ?? ''))
  return {
    ...rest,
    ...(isMatched && { route }),
    ...(isMatched && service !== undefined && { service }),
    ...(host !== undefined && { host }),
  }
}

/** The log tells the addresses that were asked but not what they answered; without any, APISIX answered itself. */
function withAnswerer(event: HttpEvent, record: JsonObject): HttpEvent {
  return textAt(record, 'upstream') === undefined ? { ...event, upstreamStatuses: [] } : event
}
