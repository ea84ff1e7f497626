import { hasAll, jsonLayout } from '../json-table.js'
import { valueAt } from '../value-at.js'

/** Elastic Common Schema (docs: ECS field reference, "HTTP", "URL", "Event"). Durations are nanoseconds. */
export const ecs = jsonLayout({
  name: 'ecs',
  sentence: 'Access records in the Elastic Common Schema.',
  marks: ['http.response.status_code'],
  recognise: (record) => {
    const why = hasAll(record, 'http.response.status_code')
    const isEcs = ['ecs.version', 'ecs', 'event.duration', 'event.dataset', 'event.kind', 'log.level'].some(
      (path) => valueAt(record, path) !== undefined,
    )
    return why !== null && (isEcs || '@timestamp' in record) ? why : null
  },
  fields: {
    ts: 'event.end start:event.start @timestamp',
    status: 'http.response.status_code',
    method: 'http.request.method',
    path: 'url.path url.original url.full',
    protocol: 'http.version network.protocol.version',
    duration: 'ns:event.duration ms:duration_ms s:request_time',
    upstreamStatus: 'upstream_status',
    upstreamDuration: 'ms:upstream_ms s:upstream_response_time',
    bytes: 'http.response.body.bytes http.response.bytes',
    host: 'url.domain server.domain destination.domain server.address host',
    gateway: 'observer.name',
    service: 'service.name service',
    route: 'http.route route',
    consumer: 'user.name client.user.name user.id',
    requestId: 'http.request.id request_id',
    traceId: 'trace.id trace_id',
    detail: 'error.code error.type',
  },
})
