import { readSpelling, type Spelling } from './spelling.js'

/** What a key of a record may stand for. */
export type Field =
  | 'ts'
  | 'tsKind'
  | 'status'
  | 'method'
  | 'path'
  | 'request'
  | 'protocol'
  | 'duration'
  | 'upstreamStatus'
  | 'upstreamDuration'
  | 'upstreamBytes'
  | 'bytes'
  | 'host'
  | 'gateway'
  | 'service'
  | 'route'
  | 'consumer'
  | 'requestId'
  | 'traceId'
  | 'flags'
  | 'grpcStatus'
  | 'graphqlOperation'
  | 'graphqlType'
  | 'graphqlErrors'
  | 'graphqlPartial'
  | 'eventId'
  | 'sampleRate'
  | 'detail'
  | 'wrapped'

/** One spelling of a field. */
export interface Alias extends Spelling {
  readonly field: Field
  /** Position in the field's list: of several keys in one record the lowest wins. */
  readonly rank: number
}

/** Spellings by field, first match wins. Lower and upper case are the same; a dot also means nesting. */
const SPELLINGS: Readonly<Record<Exclude<Field, 'ts' | 'duration' | 'upstreamDuration'>, string>> = {
  tsKind: 'ts_kind',
  status:
    'status status_code statusCode http_status httpStatus response_code response_status resp_status code sc-status ' +
    'elb_status_code DownstreamStatus EdgeResponseStatus response.status res.statusCode http.response.status_code ' +
    'http.status_code httpRequest.status properties.httpStatus',
  method:
    'method request_method httpMethod verb cs-method RequestMethod ClientRequestMethod request.method req.method ' +
    'http.request.method http.method httpRequest.requestMethod',
  path:
    'uri request_uri path url request_path cs-uri-stem RequestPath ClientRequestURI request.uri req.url url.path ' +
    'http.target httpRequest.requestUrl requestUri',
  request: 'request request_line',
  protocol:
    'protocol proto server_protocol http_version RequestProtocol ClientRequestProtocol cs-version request.proto ' +
    'httpRequest.protocol',
  upstreamStatus: 'upstream_status OriginStatus integrationStatus target_status_code serverStatus ups us',
  upstreamBytes: 'upstream_bytes upstream_response_length OriginContentSize',
  bytes:
    'bytes bytes_out body_bytes_sent bytes_sent sc-bytes sent_bytes response_size DownstreamContentSize ' +
    'EdgeResponseBytes response.size size http.response.body.bytes httpRequest.responseSize responseLength',
  host:
    'host http_host server_name authority RequestHost ClientRequestHost cs-host cs(Host) x-host-header server.address ' +
    'domainName vhost',
  gateway: 'gateway gateway_name',
  service: 'service service_name service.name ServiceName service_id upstream_cluster proxy_upstream_name',
  route: 'route route_name route.name route_id route.id RouterName http.route resourcePath ruleName',
  consumer: 'consumer.username consumer remote_user client_id api_key_id identity.apiKeyId ClientUsername',
  requestId: 'request_id req_id x_request_id RayID requestId transactionId rid',
  traceId: 'trace_id traceId traceparent trace xrayTraceId',
  flags: 'flags response_flags',
  grpcStatus: 'grpc_status grpc-status grpcStatus rpc.grpc.status_code',
  graphqlOperation: 'graphql.operation graphql.operation.name graphql.operationName',
  graphqlType: 'graphql.type graphql.operation.type graphql.operationType',
  graphqlErrors: 'graphql.errors graphql.error_codes graphql.errorCodes',
  graphqlPartial: 'graphql.partial',
  eventId: 'event.id insertId',
  sampleRate: 'sample_rate sampleRate',
  detail: 'detail',
  wrapped: 'log message event line short_message value',
}

/** `start:` marks keys that name the beginning of the request. */
const TIMES =
  '@timestamp timestamp ts time time_iso8601 time_local msec date start:started_at start:start_time start:StartUTC ' +
  'start:requestTimeEpoch start:EdgeStartTimestamp eventTime'

/** Unit, colon, key. A unit is never guessed from the size of a number. */
const DURATIONS =
  's:request_time bare:duration ms:duration_ms bare:latency ms:responseTime bare:elapsed bare:time-taken bare:timeTaken ' +
  'ms:responseLatency ns:event.duration ms:latency_ms ms:elapsed_ms ms:request_time_ms ms:response_time_ms s:duration_s ' +
  's:latency_s us:duration_us us:latency_us ns:duration_ns s:rt'
const UPSTREAM_DURATIONS =
  'ms:upstream_ms s:upstream_response_time ms:upstream_latency ms:upstream_service_time ms:integrationLatency ' +
  'ms:OriginResponseDurationMs s:target_processing_time s:serverResponseLatency s:urt'

const ALIASES: ReadonlyMap<string, Alias> = new Map([
  ...Object.entries(SPELLINGS).flatMap(([field, keys]) => aliases(field as Field, keys)),
  ...aliases('ts', TIMES),
  ...aliases('duration', DURATIONS),
  ...aliases('upstreamDuration', UPSTREAM_DURATIONS),
])

/** Every key that tells something, lower-cased. */
export function aliasKeys(): string[] {
  return [...ALIASES.keys()]
}

/** Dotted heads below which an alias lies, e.g. `http` and `http.response`. */
const PREFIXES: ReadonlySet<string> = new Set(
  [...ALIASES.keys()].flatMap((key) => [...key.matchAll(/\./g)].map((dot) => key.slice(0, dot.index))),
)

function aliases(field: Field, keys: string): [string, Alias][] {
  return keys.split(' ').map((word, rank) => {
    const spelling = readSpelling(word)
    return [spelling.key.toLowerCase(), { ...spelling, field, rank }]
  })
}

/** The field that a lower-cased, dotted key stands for; undefined for a key that tells us nothing. */
export function aliasOf(key: string): Alias | undefined {
  return ALIASES.get(key)
}

/** Whether an alias may lie inside an object under this lower-cased, dotted key. */
export function isAliasPrefix(key: string): boolean {
  return PREFIXES.has(key)
}
