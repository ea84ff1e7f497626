import { grpcNumberOf } from '../../directive/envoy-operators.js'
import { settlingEnvoy } from '../../directive/envoy-outcome.js'
import type { HttpEvent } from '../../http-event.js'
import { jsonLayout, type JsonTable } from '../json-table.js'
import type { JsonLayout, JsonObject } from '../layout.js'
import { textAt, valueAt } from '../value-at.js'

/**
 * Envoy has no JSON format of its own: these are the keys of Istio, Envoy Gateway, Contour, Consul and of the examples in
 * its manual.
 */
const FIELDS: JsonTable['fields'] = {
  ts: 'start:start_time start:@timestamp start:timestamp start:startTime start:time',
  status: 'response_code responseCode',
  method: 'method request_method requestMethod',
  path: 'x-envoy-origin-path x_envoy_origin_path path uri_path request_path',
  protocol: 'protocol',
  duration: 'ms:duration',
  upstreamDuration: 'ms:upstream_service_time ms:x-envoy-upstream-service-time ms:x_envoy_upstream_service_time',
  bytes: 'bytes_sent bytesSent',
  host: 'authority bare::authority host',
  service: 'upstream_cluster upstreamCluster',
  route: 'route_name routeName',
  flags: 'response_flags responseFlags',
  grpcStatus: 'grpc_status grpc_status_number grpcStatus',
  requestId: 'request_id x-request-id x_request_id requestId',
  traceId: 'trace_id traceId traceparent uber_trace_id',
  sampleRate: 'sample_rate',
}

/** Where the values stand that only together tell something. */
const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  '%RESPONSE_CODE_DETAILS%': ['response_code_details', 'responseCodeDetails'],
  '%CONNECTION_TERMINATION_DETAILS%': ['connection_termination_details'],
  '%UPSTREAM_TRANSPORT_FAILURE_REASON%': ['upstream_transport_failure_reason'],
  '%UPSTREAM_HOST%': ['upstream_host', 'upstreamHost'],
  '%UPSTREAM_CLUSTER%': ['upstream_cluster', 'upstreamCluster'],
  '%UPSTREAM_REQUEST_ATTEMPT_COUNT%': ['upstream_request_attempt_count', 'attempt_count'],
  '%REQUESTED_SERVER_NAME%': ['requested_server_name', 'requestedServerName'],
  '%ACCESS_LOG_TYPE%': ['access_log_type'],
}

const settle = settlingEnvoy(true)

/** A JSON layout with the usual keys, of records that `recognise` knows. */
export function envoyRecords(name: string, sentence: string, recognise: JsonLayout['recognise']): JsonLayout {
  return jsonLayout({
    name,
    sentence,
    marks: ['response_flags', 'responseflags'],
    recognise,
    fields: FIELDS,
    settle: (event, record, reading) =>
      settle(withGrpc(event, record), (operator) => wordAt(record, operator), reading),
  })
}

/** Envoy spells gRPC's names as no other: `NotFound`. */
function withGrpc(event: HttpEvent, record: JsonObject): HttpEvent {
  const number = grpcNumberOf(textAt(record, 'grpc_status') ?? textAt(record, 'grpcStatus') ?? '')
  return event.grpcStatus === undefined && /^\d{1,2}$/.test(number) ? { ...event, grpcStatus: Number(number) } : event
}

function wordAt(record: JsonObject, operator: string): string | undefined {
  const values = (OPERATORS[operator] ?? []).filter((key) => valueAt(record, key) !== undefined)
  const [key] = values
  return key === undefined ? undefined : (textAt(record, key) ?? '')
}

/** What every record with Envoy's response flags has; null where it may be anybody's. */
export function envoyMarks(record: JsonObject): string | null {
  const flags = ['response_flags', 'responseFlags'].find((key) => Object.hasOwn(record, key))
  const code = ['response_code', 'responseCode'].find((key) => Object.hasOwn(record, key))
  return flags === undefined || code === undefined ? null : `it has ${code} and ${flags}`
}

/** JSON records of Envoy with the usual keys. */
export const envoyJson = envoyRecords('envoy', "Envoy's default access log, as text or as JSON.", envoyMarks)
