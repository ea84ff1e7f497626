import { aliasOf, type Field } from '../exact/alias.js'
import { AMBIGUOUS_STATUS_KEY } from '../exact/code-alone.js'
import { isExtraKey } from '../exact/combined-record.js'
import { LAYOUT_MARKS } from '../layout/layouts.js'
import type { DurationUnit } from '../value/duration.js'
import * as op from './op-code.js'

/** What a scanner has to know about a key. */
export interface KeyOp {
  /** One of op-code.ts. */
  readonly op: number
  /** Place in the field's list of keys: the first beats the next. */
  readonly rank: number
}

const OPS: Readonly<Record<Exclude<Field, 'ts' | 'duration'>, number>> = {
  tsKind: op.TS_KIND,
  status: op.STATUS,
  method: op.METHOD,
  path: op.PATH,
  request: op.REQUEST,
  protocol: op.PROTOCOL,
  upstreamStatus: op.UPSTREAM_STATUS,
  upstreamDuration: op.IGNORE, // no view tells it
  upstreamBytes: op.UPSTREAM_BYTES,
  bytes: op.BYTES,
  host: op.HOST,
  gateway: op.GATEWAY,
  service: op.SERVICE,
  route: op.ROUTE,
  consumer: op.CONSUMER,
  requestId: op.REQUEST_ID,
  traceId: op.TRACE_ID,
  flags: op.ABSENT_ONLY,
  grpcStatus: op.ABSENT_ONLY,
  graphqlOperation: op.ABSENT_ONLY,
  graphqlType: op.ABSENT_ONLY,
  graphqlErrors: op.ABSENT_ONLY,
  graphqlPartial: op.ABSENT_ONLY,
  eventId: op.EVENT_ID,
  sampleRate: op.ABSENT_ONLY,
  detail: op.ABSENT_ONLY,
  wrapped: op.IGNORE, // counts only where there is no status
}

/** The op of a key in a JSON record; `bareUnit` is the unit of durations whose key names none. */
export function jsonKeyOp(key: string, bareUnit: DurationUnit | undefined): KeyOp {
  const lower = key.toLowerCase()
  if (LAYOUT_MARKS.has(lower)) return LEFT
  const alias = aliasOf(lower)
  if (alias === undefined) return NOTHING
  if (lower === AMBIGUOUS_STATUS_KEY) return { op: op.CODE, rank: alias.rank }
  const unit = alias.unit === 'bare' ? bareUnit : alias.unit
  const code =
    alias.field === 'ts'
      ? alias.isStart
        ? op.TS_START
        : op.TS_END
      : alias.field === 'duration'
        ? durationOp(unit)
        : OPS[alias.field]
  return code === op.IGNORE ? NOTHING : { op: code, rank: alias.rank }
}

/** The op of a `key=value` behind a line of the combined family. */
export function extraKeyOp(key: string): KeyOp {
  return isExtraKey(key.toLowerCase()) ? jsonKeyOp(key, undefined) : NOTHING
}

const NOTHING: KeyOp = { op: op.IGNORE, rank: 0 }
/** The record may be of a layout that the exact path knows. */
const LEFT: KeyOp = { op: op.EXACT, rank: 0 }

function durationOp(unit: DurationUnit | undefined): number {
  return unit === 's' ? op.DURATION_S : unit === 'ms' ? op.DURATION_MS : op.EXACT
}
