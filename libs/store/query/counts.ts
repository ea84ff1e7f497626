import type { Latency } from './latency.js'

/** Sums over cells. Whole numbers, exact to 2^53; past it, or where a sampling factor multiplied them, `estimated`. */
export interface Counts {
  readonly count: number
  /** Outcome server_error. */
  readonly errors: number
  readonly throttled: number
  /** Outcomes success, redirect, client_error, throttled and server_error: what rates are shares of. */
  readonly denominator: number
  readonly bytes: number
  readonly retries: number
  readonly estimated: boolean
}

/** Counts with the durations of the same requests: null with the reason where they are not known. */
export interface MeasuredCounts extends Counts {
  readonly latency: Latency | null
  readonly latencyUnavailable: string | null
}

/** The columns that every counting statement returns; null where there was no row to sum. */
export interface CountsRow {
  readonly count: string | number | null
  readonly errors: string | number | null
  readonly throttled: string | number | null
  readonly denominator: string | number | null
  readonly bytes: string | number | null
  readonly retries: string | number | null
  readonly estimated: boolean | null
}

/** Nothing happened. */
export const NO_COUNTS: Counts = {
  count: 0,
  errors: 0,
  throttled: 0,
  denominator: 0,
  bytes: 0,
  retries: 0,
  estimated: false,
}

const NUMBERS = ['count', 'errors', 'throttled', 'denominator', 'bytes', 'retries'] as const

/** The counts of a database row. */
export function countsOf(row: CountsRow): Counts {
  const [count = 0, errors = 0, throttled = 0, denominator = 0, bytes = 0, retries = 0] = NUMBERS.map((name) =>
    Number(row[name] ?? 0),
  )
  const exact = [count, errors, throttled, denominator, bytes, retries].every(Number.isSafeInteger)
  return { count, errors, throttled, denominator, bytes, retries, estimated: row.estimated === true || !exact }
}

/** What is left of `total` without `rows`; zero everywhere when the rows are all of it. */
export function remainderOf(total: Counts, rows: readonly Counts[], estimated: boolean): Counts {
  const left = (name: (typeof NUMBERS)[number]) => rows.reduce((sum, row) => sum - row[name], total[name])
  return {
    count: left('count'),
    errors: left('errors'),
    throttled: left('throttled'),
    denominator: left('denominator'),
    bytes: left('bytes'),
    retries: left('retries'),
    estimated,
  }
}

/** A share between 0 and 1, or null where there is nothing to be a share of. */
export function rateOf(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}
