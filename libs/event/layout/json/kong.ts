import type { HttpEvent } from '../../http-event.js'
import { labelOf } from '../../label.js'
import { jsonLayout, hasAll } from '../json-table.js'
import type { JsonObject } from '../layout.js'
import { producedBy } from '../producer.js'
import { textAt, valueAt } from '../value-at.js'
import { hostOfUrl } from '../host-of-url.js'

/** Kong's http-log, file-log and tcp-log (docs: Kong Gateway, plugin HTTP Log, "Log format"). Times start, in ms. */
export const kong = jsonLayout({
  name: 'kong',
  sentence: "Kong's http-log, file-log and tcp-log entries.",
  marks: ['latencies'],
  recognise: (record) => hasAll(record, 'latencies.request', 'response.status') ?? hasAll(record, 'latencies.session'),
  // Kong's TCP and TLS routes log sessions, not requests.
  isRequest: (record) => valueAt(record, 'latencies.session') === undefined,
  fields: {
    ts: 'start:started_at',
    status: 'response.status',
    method: 'request.method',
    path: 'request.uri',
    duration: 'ms:latencies.request',
    upstreamDuration: 'ms:latencies.proxy',
    upstreamStatus: 'upstream_status',
    bytes: 'response.size',
    host: 'request.headers.host',
    service: 'service.name service.id',
    route: 'route.name route.id',
    consumer: 'consumer.username consumer.custom_id authenticated_entity.id',
    requestId: 'request.id correlation_id',
    traceId: 'trace_id.w3c trace_id.b3',
    grpcStatus: 'response.headers.grpc-status',
  },
  settle: (event, record) => byProducer(withHost(event, record), textAt(record, 'source')),
})

/** Headers are often left out of the log; the URL holds the host too. */
function withHost(event: HttpEvent, record: JsonObject): HttpEvent {
  const host = event.host ?? labelOf(hostOfUrl(textAt(record, 'request.url') ?? ''))
  return host === undefined ? event : { ...event, host }
}

/** `upstream`: the service answered; `kong`: the gateway did, also where the service could not be reached. */
function byProducer(event: HttpEvent, source: string | undefined): HttpEvent {
  if (source === 'upstream') return producedBy('upstream', event)
  return source === 'kong' ? producedBy('gateway', event) : event
}
