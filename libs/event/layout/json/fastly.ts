import type { HttpEvent } from '../../http-event.js'
import { hasAll, jsonLayout } from '../json-table.js'
import type { JsonObject } from '../layout.js'
import { producedBy } from '../producer.js'
import { textAt, valueAt } from '../value-at.js'

/**
 * Fastly's real-time log streaming with the keys of its JSON template (docs: Fastly, "Useful JSON log formats"). Times
 * start; the template has no duration, and those that people add name their unit or, as in Fastly's examples, are µs.
 */
export const fastly = jsonLayout({
  name: 'fastly',
  sentence: "Fastly's JSON log lines.",
  marks: ['fastly_is_edge', 'fastly_server'],
  recognise: (record) => hasAll(record, 'fastly_is_edge') ?? hasAll(record, 'fastly_server'),
  fields: {
    ts: 'time_end start:timestamp start:time_start',
    status: 'response_status status',
    method: 'request_method method',
    path: 'url request_url path',
    protocol: 'request_protocol protocol',
    duration:
      'us:time_elapsed us:time_elapsed_usec us:elapsed_usec ms:time_elapsed_msec ms:elapsed_msec ms:elapsed_ms ' +
      'ms:duration_ms',
    bytes: 'response_body_size resp_body_size',
    host: 'host request_host',
    service: 'service_name service service_id',
    requestId: 'request_id',
    traceId: 'trace_id traceparent',
    flags: 'response_state',
    detail: 'response_reason',
  },
  settle: (event, record, reading) =>
    isShield(record) && reading.side !== 'both' ? { reject: 'other_side' } : byState(event, record),
})

/** With shielding a request passes two of Fastly's servers, and both log it. */
function isShield(record: JsonObject): boolean {
  const isEdge = valueAt(record, 'fastly_is_edge')
  return isEdge === false || isEdge === 0 || isEdge === 'false' || isEdge === '0'
}

/** The reason is worth keeping where something failed; in state ERROR the response is Fastly's own. */
function byState(event: HttpEvent, record: JsonObject): HttpEvent {
  const { detail, ...rest } = event
  const told = detail === undefined || (event.status ?? 500) < 500 ? rest : event
  return (textAt(record, 'response_state') ?? '').startsWith('ERROR') ? producedBy('gateway', told) : told
}
