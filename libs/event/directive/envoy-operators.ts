import { grpcStatuses } from '#catalog'
import type { Field } from '../exact/alias.js'
import { envoyTimeForm } from './envoy-time.js'
import { ENVOY_FLAGS } from './envoy-flags.js'
import type { Operator } from './envoy-syntax.js'
import { tellingsOf, type Problem, type RankedTelling, type Reach, type Variable } from './variable.js'

/** Fields by the operators that tell them, best first. Headers are in lower case: `REQ(x)`, `RESP(x)`, `TRAILER(x)`. */
const TELLS = tellingsOf({
  ts: 'start:START_TIME start:START_TIME_LOCAL EMIT_TIME EMIT_TIME_LOCAL',
  status: 'RESPONSE_CODE bare:RESP(:status)',
  method: 'bare:REQ(:method)',
  path: 'REQ(x-envoy-original-path) bare:REQ(:path) PATH REQ(x-original-uri)',
  protocol: 'PROTOCOL',
  duration: 'ms:DURATION',
  upstreamDuration: 'ms:RESP(x-envoy-upstream-service-time) ms:RESPONSE_DURATION',
  bytes: 'BYTES_SENT DOWNSTREAM_WIRE_BYTES_SENT',
  host: 'bare:REQ(:authority) REQ(host) REQUESTED_SERVER_NAME',
  service: 'UPSTREAM_CLUSTER UPSTREAM_CLUSTER_RAW',
  route: 'ROUTE_NAME VIRTUAL_CLUSTER_NAME',
  flags: 'RESPONSE_FLAGS RESPONSE_FLAGS_LONG',
  grpcStatus: 'GRPC_STATUS_NUMBER GRPC_STATUS TRAILER(grpc-status) RESP(grpc-status)',
  requestId: 'REQ(x-request-id) RESP(x-request-id) REQ(x-correlation-id) STREAM_ID',
  traceId: 'TRACE_ID REQ(traceparent) REQ(x-b3-traceid) REQ(b3) REQ(uber-trace-id) REQ(x-cloud-trace-context)',
  consumer: 'REQ(x-consumer-username) REQ(x-consumer-id) REQ(x-auth-request-user) REQ(x-forwarded-user)',
})

/** Values with spaces in them as a rule, and those without any; all others have some now and then. */
const SPACED = new Set(['REQ(user-agent)', 'REQ(referer)', 'REQ(cookie)'])
const WORD =
  /^(?:RESPONSE_CODE|RESPONSE_FLAGS(?:_LONG)?|PROTOCOL|UPSTREAM_PROTOCOL|(?:\w+_)?DURATION|\w*BYTES\w*|\w+_(?:HOST|PORT|ADDRESS|CLUSTER|ID|COUNT)|GRPC_STATUS\w*|HOSTNAME|START_TIME|EMIT_TIME|REQ\(:method\))$/

/** What no HTTP version lets hold a space. */
const UNSPACED = new Set(['REQ(:path)', 'REQ(x-envoy-original-path)', 'PATH', 'REQ(:method)'])
/** What Envoy itself, or its operator, puts into words. */
const INTERNAL = new Set([
  'RESP(x-envoy-upstream-service-time)',
  'RESPONSE_CODE_DETAILS',
  'CONNECTION_TERMINATION_DETAILS',
  'UPSTREAM_TRANSPORT_FAILURE_REASON',
  'ACCESS_LOG_TYPE',
  'ROUTE_NAME',
  'VIRTUAL_CLUSTER_NAME',
  'METADATA',
  'DYNAMIC_METADATA',
])

/** Whole numbers, without which a line is of another format: Istio has had words in quotes where Envoy counts bytes. */
const COUNTS = new Set(['BYTES_RECEIVED', 'BYTES_SENT', 'DURATION'])
const COUNT = /-|\d{1,19}/y

/** Other names of the same operators. */
const SAME: Readonly<Record<string, string>> = {
  REQUEST_HEADER: 'REQ',
  REQ_WITHOUT_QUERY: 'REQ',
  RESPONSE_HEADER: 'RESP',
  RESPONSE_TRAILER: 'TRAILER',
}

/** The value that an operator writes. Operators that nobody knows tell nothing; a time must be one that can be read. */
export function envoyVariable({ text, name, argument }: Operator): Variable | Problem {
  if (name.startsWith('START_TIME') || name.startsWith('EMIT_TIME')) return timeOf(text, name, argument)
  if (name === 'COMMON_DURATION') return { name: text, reach: 'word', tells: durationOf(argument) }
  const keys = keysOf(SAME[name] ?? name, argument)
  const tells = keys.map((key) => TELLS.get(key) ?? []).find((found) => found.length > 0) ?? []
  return {
    // What belongs together is looked up without the argument: GRPC_STATUS(NUMBER).
    name: isHeader(SAME[name] ?? name) ? text : `%${name}%`,
    reach: reachOf(keys[0] ?? name),
    ...(UNSPACED.has(keys[0] ?? name) && { never: ' ' }),
    ...(INTERNAL.has(keys[0] ?? name) && { isInternal: true }),
    ...(COUNTS.has(name) && { only: COUNT }),
    tells: tells.map((telling) => ({ ...telling, decode: DECODERS[telling.field] ?? ((raw) => raw) })),
  }
}

function isHeader(name: string): boolean {
  return name === 'REQ' || name === 'RESP' || name === 'TRAILER'
}

/** `REQ(X?Y)` is X, or Y where there is no X. */
function keysOf(name: string, argument: string): string[] {
  if (!isHeader(name)) return [name]
  return argument.split('?').map((header) => `${name}(${header.trim().toLowerCase()})`)
}

function reachOf(key: string): Reach {
  return SPACED.has(key) ? 'spaces' : WORD.test(key) ? 'word' : 'rare'
}

function timeOf(text: string, name: string, argument: string): Variable | Problem {
  const tells = TELLS.get(name) ?? []
  const plain: Variable = { name: `%${name}%`, reach: 'word', tells }
  if (argument === '') return plain
  const form = envoyTimeForm(argument, name.endsWith('LOCAL'))
  if ('unknown' in form)
    return {
      problem: `${text} has the conversion ${form.unknown}; allowed: those of strftime, %s, %3f, %6f, %9f and %f`,
    }
  const reach = argument.includes(' ') ? 'spaces' : 'word'
  return { ...plain, reach, form: form.form, tells: tells.map((telling) => ({ ...telling, decode: form.decode })) }
}

/** `%COMMON_DURATION(DS_RX_BEG:DS_TX_END:us)%` from the first byte received to the last byte sent. */
function durationOf(argument: string): readonly RankedTelling[] {
  const [from, to, unit = 'ms'] = argument.split(':')
  if (from !== 'DS_RX_BEG' || to !== 'DS_TX_END' || (unit !== 'ms' && unit !== 'us' && unit !== 'ns')) return []
  return [{ key: 'COMMON_DURATION', unit, isStart: false, field: 'duration', rank: 1 }]
}

const DECODERS: Partial<Readonly<Record<Field, (raw: string) => unknown>>> = {
  flags: (raw) =>
    raw
      .split(',')
      .map((flag) => LONG_FLAGS.get(flag) ?? flag)
      .join(','),
  grpcStatus: grpcNumberOf,
  traceId: traceIdOf,
}

const LONG_FLAGS: ReadonlyMap<string, string> = new Map(ENVOY_FLAGS.map(({ flag, long }) => [long, flag]))

/** gRPC's names without their underscores (`NotFound`, `NOT_FOUND`); Envoy spells CANCELLED with one L, too. */
const GRPC_NAMES: ReadonlyMap<string, string> = new Map([
  ...grpcStatuses.map(({ name, code }) => [name.replaceAll('_', ''), String(code)] as const),
  ['CANCELED', '1'],
])

/** gRPC's number as text, from the number or from a name in any of Envoy's spellings. */
export function grpcNumberOf(raw: string): string {
  return GRPC_NAMES.get(raw.replaceAll('_', '').toUpperCase()) ?? raw
}

/** The id in `id:span:parent:flags` (Jaeger), `id-span-sampled` (B3) or `id/span` (Google). */
function traceIdOf(raw: string): string {
  const found = /^([\dA-Fa-f]{16,32})(?:[:/]|%3A|-[\dA-Fa-f]{16}(?:-[01d]|$))/.exec(raw)
  return found?.[1] ?? raw
}
