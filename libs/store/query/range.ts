import { durationFromText } from './duration-text.js'
import { QueryError } from './query-error.js'

/** What was asked: `last` ("15m"), or `fromMs` with `toMs` (absent: now), epoch milliseconds, half-open. */
export interface Range {
  readonly last?: string | null
  readonly fromMs?: number | null
  readonly toMs?: number | null
}

const YEAR_MS = 366 * 86_400_000

/** The times that a range means now; throws QueryError when it means none, or is longer than `maxRangeMs`. */
export function timesOf(range: Range, nowMs: number, maxRangeMs: number): { fromMs: number; toMs: number } {
  const { fromMs, toMs } = askedTimes(range, nowMs)
  if (!Number.isFinite(fromMs) || !Number.isFinite(toMs)) throw bad('range: a time cannot be read')
  if (fromMs < 0 || toMs > nowMs + YEAR_MS) throw bad('range: times lie between 1970 and a year from now')
  if (fromMs >= toMs) throw bad('range: from must be before to')
  if (toMs - fromMs > maxRangeMs)
    throw new QueryError('range_too_long', `range: at most ${Math.floor(maxRangeMs / 86_400_000)} days`)
  return { fromMs, toMs }
}

function askedTimes({ last, fromMs, toMs }: Range, nowMs: number): { fromMs: number; toMs: number } {
  const hasLast = last !== null && last !== undefined
  const hasFrom = fromMs !== null && fromMs !== undefined
  if (hasLast === hasFrom || (hasLast && toMs !== null && toMs !== undefined))
    throw bad('range: give either last, or from with or without to')
  if (hasFrom) return { fromMs, toMs: toMs ?? nowMs }
  const durationMs = durationFromText(last ?? '')
  if (durationMs === null) throw bad('range: last is a number with s, m, h, d or w, such as 15m, 24h or 30d')
  // A length that reaches past 1970 is too long, whatever it was meant to be.
  return { fromMs: durationMs > nowMs ? 0 : nowMs - durationMs, toMs: nowMs }
}

function bad(message: string): QueryError {
  return new QueryError('bad_user_input', message)
}
