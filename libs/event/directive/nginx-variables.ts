import { ownTellingsOf, tellingsOf, type Names, type Reach, type Variable } from './variable.js'

/** What nginx's variables tell, best first. nginx writes its line when the response has ended. */
const NAMES: Names = {
  ts: 'msec time_iso8601 time_local',
  status: 'status',
  method: 'request_method',
  path: 'request_uri uri document_uri',
  request: 'request',
  protocol: 'server_protocol',
  duration: 's:request_time',
  upstreamStatus: 'upstream_status',
  upstreamDuration: 's:upstream_response_time',
  upstreamBytes: 'upstream_response_length upstream_bytes_received',
  bytes: 'body_bytes_sent bytes_sent',
  host: 'host http_host server_name',
  service: 'service_name proxy_upstream_name proxy_host',
  consumer: 'remote_user ssl_client_s_dn ssl_client_s_dn_legacy',
  requestId:
    'request_id http_x_request_id sent_http_x_request_id upstream_http_x_request_id req_id http_x_correlation_id',
  traceId:
    'otel_trace_id opentelemetry_trace_id http_traceparent opentelemetry_context_traceparent http_x_b3_traceid http_x_amzn_trace_id',
  grpcStatus: 'sent_trailer_grpc_status sent_http_grpc_status upstream_trailer_grpc_status upstream_http_grpc_status',
}
const TELLINGS = tellingsOf(NAMES)

const TIME_LOCAL = /\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}/y
const FORMS: ReadonlyMap<string, RegExp> = new Map([
  ['time_local', TIME_LOCAL],
  ['time_iso8601', /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)/y],
  ['msec', /\d{1,12}\.\d{3}/y],
  ['status', /\d{3}/y],
  ['request_time', /\d{1,12}\.\d{3}/y],
  ['request_id', /[\da-f]{32}/y],
  ['scheme', /https?/y],
  ['pipe', /[p.]/y],
  ['server_protocol', /HTTP\/\d(?:\.\d)?/y],
  ['is_args', /\??/y],
])
const TARGETS = new Set(['request_uri', 'uri', 'document_uri'])
const SPACED = new Set(['time_local', 'request', 'request_body', 'date_local', 'date_gmt'])
const RARELY_SPACED = new Set([
  'remote_user',
  'uri',
  'document_uri',
  'request_uri',
  'args',
  'query_string',
  'http_referer',
  // Before release 1.21.1 a host may hold a space, and what a header holds is up to the client in all.
  'host',
  'http_host',
  'http_x_request_id',
  'http_traceparent',
  'http_x_real_ip',
  'proxy_add_x_forwarded_for',
  'ssl_server_name',
  'request_filename',
])

/** A variable of nginx by its name without the dollar sign. */
export function nginxVariable(name: string): Variable {
  const lower = name.toLowerCase()
  const form = FORMS.get(lower)
  return {
    name: `$${name}`,
    reach: reachOf(lower),
    tells: TELLINGS.get(lower) ?? ownTellingsOf(lower),
    ...(form === undefined ? {} : { form }),
    ...(TARGETS.has(lower) ? { begins: '/' } : {}),
  }
}

function reachOf(name: string): Reach {
  if (SPACED.has(name)) return 'spaces'
  if (RARELY_SPACED.has(name)) return 'rare'
  if (
    /^upstream_(?:http|cookie)_|^upstream_trailer_|^(?:sent_)?http_|^sent_trailer_|^cookie_|^arg_|_dn(?:_legacy)?$/.test(
      name,
    )
  )
    return 'spaces'
  if (name.startsWith('upstream_')) return 'list'
  return 'word'
}
