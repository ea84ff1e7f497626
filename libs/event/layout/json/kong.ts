import { jsonLayout, hasAll } from '../json-table.js'
import { producedBy } from '../producer.js'
import { textAt } from '../value-at.js'

/** Kong's http-log, file-log and tcp-log (docs: Kong Gateway, plugin HTTP Log, "Log format"). Times start, in ms. */
export const kong = jsonLayout({
  name: 'kong',
  sentence: "Kong's http-log, file-log and tcp-log entries.",
  marks: ['latencies'],
  recognise: (record) => hasAll(record, 'latencies.request', 'response.status'),
  fields: {
    ts: 'start:started_at',
    status: 'response.status',
    method: 'request.method',
    path: 'request.uri',
    duration: 'ms:latencies.request',
    upstreamDuration: 'ms:latencies.proxy',
    upstreamStatus: 'upstream_status',
    bytes: 'response.size',
    host: 'request.headers.host service.host',
    service: 'service.name service.id',
    route: 'route.name route.id',
    consumer: 'consumer.username consumer.custom_id authenticated_entity.id',
    requestId: 'request.id correlation_id',
    traceId: 'trace_id.w3c',
  },
  settle: (event, record) => {
    const source = textAt(record, 'source')
    return source === 'kong' || source === 'exit' || source === 'error' ? producedBy('gateway', event) : event
  },
})
