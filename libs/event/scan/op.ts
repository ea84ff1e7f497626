import { aliasOf, type Field } from '../exact/alias.js'
import { isExtraKey } from '../exact/combined-record.js'
import { LAYOUT_MARKS } from '../layout/layouts.js'
import type { DurationUnit } from '../value/duration.js'

/** What a scanner does with the value of a key. Plain numbers, not a union: they are compared for every value. */
export const IGNORE = 0
/** The record is read by the exact path. */
export const EXACT = 1
/** The value must be absent, else EXACT. */
export const ABSENT_ONLY = 2
export const TS_END = 3
export const TS_START = 4
export const TS_KIND = 5
export const STATUS = 6
export const METHOD = 7
export const PATH = 8
export const REQUEST = 9
export const PROTOCOL = 10
export const DURATION_S = 11
export const DURATION_MS = 12
export const UPSTREAM_STATUS = 13
export const UPSTREAM_BYTES = 14
export const BYTES = 15
export const GATEWAY = 16
export const SERVICE = 17
export const HOST = 18
export const ROUTE = 19
export const CONSUMER = 20
export const REQUEST_ID = 21
export const TRACE_ID = 22
export const EVENT_ID = 23

/** What a scanner has to know about a key. */
export interface KeyOp {
  readonly op: number
  /** One bit per field, 0 for IGNORE. */
  readonly bit: number
  readonly rank: number
}

const OPS: Readonly<Record<Exclude<Field, 'ts' | 'duration'>, number>> = {
  tsKind: TS_KIND,
  status: STATUS,
  method: METHOD,
  path: PATH,
  request: REQUEST,
  protocol: PROTOCOL,
  upstreamStatus: UPSTREAM_STATUS,
  upstreamDuration: IGNORE, // no view tells it
  upstreamBytes: UPSTREAM_BYTES,
  bytes: BYTES,
  host: HOST,
  gateway: GATEWAY,
  service: SERVICE,
  route: ROUTE,
  consumer: CONSUMER,
  requestId: REQUEST_ID,
  traceId: TRACE_ID,
  flags: ABSENT_ONLY,
  grpcStatus: ABSENT_ONLY,
  graphqlOperation: ABSENT_ONLY,
  graphqlType: ABSENT_ONLY,
  graphqlErrors: ABSENT_ONLY,
  graphqlPartial: ABSENT_ONLY,
  eventId: EVENT_ID,
  sampleRate: ABSENT_ONLY,
  detail: ABSENT_ONLY,
  wrapped: IGNORE, // counts only where there is no status
}

/** The op of a key in a JSON record; `bareUnit` is the unit of durations whose key names none. */
export function jsonKeyOp(key: string, bareUnit: DurationUnit | undefined): KeyOp {
  const lower = key.toLowerCase()
  if (LAYOUT_MARKS.has(lower)) return LEFT
  const alias = aliasOf(lower)
  if (alias === undefined) return NOTHING
  const unit = alias.unit === 'bare' ? bareUnit : alias.unit
  const op =
    alias.field === 'ts'
      ? alias.isStart
        ? TS_START
        : TS_END
      : alias.field === 'duration'
        ? durationOp(unit)
        : OPS[alias.field]
  return op === IGNORE ? NOTHING : { op, bit: bitOf(op), rank: alias.rank }
}

/** The op of a `key=value` behind a line of the combined family. */
export function extraKeyOp(key: string): KeyOp {
  return isExtraKey(key.toLowerCase()) ? jsonKeyOp(key, undefined) : NOTHING
}

const NOTHING: KeyOp = { op: IGNORE, bit: 0, rank: 0 }
/** The record may be of a layout that the exact path knows. */
const LEFT: KeyOp = { op: EXACT, bit: 0, rank: 0 }

function durationOp(unit: DurationUnit | undefined): number {
  return unit === 's' ? DURATION_S : unit === 'ms' ? DURATION_MS : EXACT
}

/** One bit per field: both kinds of time share one, and both units of a duration. */
function bitOf(op: number): number {
  if (op === TS_START) return 1 << TS_END
  return 1 << (op === DURATION_MS ? DURATION_S : op)
}
