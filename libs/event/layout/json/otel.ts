import type { HttpEvent } from '../../http-event.js'
import { labelOf } from '../../label.js'
import { hasAll, jsonLayout } from '../json-table.js'
import type { JsonLayout, JsonObject } from '../layout.js'
import { textAt, valueAt } from '../value-at.js'

const HTTP_STATUS = ['http.response.status_code', 'http.status_code'] as const
const RPC_STATUS = ['rpc.grpc.status_code', 'rpc.response.status_code'] as const
/** Systems whose `rpc.response.status_code` is gRPC's; a Dubbo 20 is no failure. */
const GRPC_SYSTEMS: ReadonlySet<string | undefined> = new Set([undefined, 'grpc', 'connect_rpc', 'connectrpc'])
/** Resends that are believed; more are a broken record. */
const MAX_RESENDS = 100

const table = jsonLayout({
  name: 'otel',
  sentence: "Attributes by OpenTelemetry's semantic conventions for HTTP, RPC and GraphQL, of old and new names.",
  marks: [...HTTP_STATUS, ...RPC_STATUS],
  recognise: (record) =>
    [...HTTP_STATUS, ...RPC_STATUS].reduce<string | null>((why, path) => why ?? hasAll(record, path), null),
  fields: {
    ts: 'timestamp time @timestamp timeUnixNano observedTimeUnixNano',
    status: 'http.response.status_code http.status_code',
    method: 'http.request.method http.method',
    path: 'url.path http.target url.full http.url',
    protocol: 'network.protocol.version http.flavor',
    duration:
      's:http.server.request.duration ms:http.server.duration s:http.client.request.duration ns:event.duration ' +
      's:duration ms:duration_ms s:request_time',
    upstreamStatus: 'upstream_status',
    upstreamDuration: 'ms:upstream_ms s:upstream_response_time',
    bytes: 'http.response.body.size http.response.size http.response_content_length',
    host: 'server.address http.host net.host.name http.server_name host',
    gateway: 'gateway',
    service: 'service.name service',
    route: 'http.route route',
    consumer: 'enduser.id user.id user.name',
    requestId: 'http.request.id request_id',
    flags: 'response_flags',
    traceId: 'trace_id traceId',
    grpcStatus: 'rpc.grpc.status_code rpc.response.status_code',
    graphqlOperation: 'graphql.operation.name',
    graphqlType: 'graphql.operation.type',
    graphqlErrors: 'graphql.error_codes graphql.errors',
    detail: 'error.type exception.type',
  },
  settle: (event, record) => withResends(withoutEcho(event), record),
})

/** OpenTelemetry's semantic conventions (docs: opentelemetry.io, "Semantic conventions for HTTP spans"), flat or nested. */
export const otel: JsonLayout = {
  ...table,
  read: (record, reading) => {
    const read = table.read(asHttp(record), reading)
    return 'reject' in read || !isRpc(record) ? read : { ...read, protocol: 'grpc', ...rpcRoute(read, record) }
  },
}

function isRpc(record: JsonObject): boolean {
  const system = textAt(record, 'rpc.system.name') ?? textAt(record, 'rpc.system')
  return GRPC_SYSTEMS.has(system) && RPC_STATUS.some((path) => valueAt(record, path) !== undefined)
}

/** A gRPC response has HTTP status 200 whatever its own status says, and the conventions for RPC do not repeat it. */
function asHttp(record: JsonObject): JsonObject {
  const isHttp = HTTP_STATUS.some((path) => valueAt(record, path) !== undefined)
  if (isRpc(record)) return isHttp ? record : { ...record, 'http.response.status_code': 200 }
  return { ...record, 'rpc.response.status_code': null, 'rpc.grpc.status_code': null }
}

/** `package.Service/Method`, as newer names say at once and older ones in two. */
function rpcRoute(event: HttpEvent, record: JsonObject): { readonly route?: string } {
  const [service, method] = [textAt(record, 'rpc.service'), textAt(record, 'rpc.method')]
  if (event.route !== undefined || method === undefined) return {}
  const route = labelOf(service === undefined || method.includes('/') ? method : `${service}/${method}`)
  return route === undefined ? {} : { route }
}

/** An error type may be the status again, which tells nothing. */
function withoutEcho(event: HttpEvent): HttpEvent {
  const { detail, ...rest } = event
  return detail === String(event.status) ? rest : event
}

/** The conventions count the attempts before this one, not what became of them. */
function withResends(event: HttpEvent, record: JsonObject): HttpEvent {
  const resends = Number(valueAt(record, 'http.request.resend_count') ?? 0)
  if (!Number.isInteger(resends) || resends <= 0) return event
  const before = Array.from({ length: Math.min(resends, MAX_RESENDS) }, () => null)
  return { ...event, upstreamStatuses: [...before, event.status] }
}
