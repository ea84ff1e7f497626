import { OUTCOME_INDEX } from '#catalog'
import type { Rung } from '../ladder.js'
import type { Parameters } from './parameters.js'

/** The rows of the cells in these parts of a range, all tiers under one name. */
export function cellRowsSql(rungs: readonly Rung[], parameters: Parameters): string {
  return rungs
    .map(
      ({ tier, from, to }) =>
        `SELECT bucket, series_id, count, retries, bytes, estimated FROM cell_${tier}
    WHERE bucket >= ${parameters.add(from)} AND bucket < ${parameters.add(to)}`,
    )
    .join('\n    UNION ALL ')
}

const { success, redirect, client_error, throttled, server_error } = OUTCOME_INDEX
const DENOMINATOR = [success, redirect, client_error, throttled, server_error].join(', ')

/** The counts of a group of (already summed) series rows `c` with labels `s`. */
export const COUNT_SUMS = `sum(c.count) AS count,
    coalesce(sum(c.count) FILTER (WHERE s.outcome = ${server_error}), 0) AS errors,
    coalesce(sum(c.count) FILTER (WHERE s.outcome = ${throttled}), 0) AS throttled,
    coalesce(sum(c.count) FILTER (WHERE s.outcome IN (${DENOMINATOR})), 0) AS denominator,
    sum(c.bytes) AS bytes, sum(c.retries) AS retries, bool_or(c.estimated) AS estimated`

/** The names of those counts. */
export const COUNT_COLUMNS = 'count, errors, throttled, denominator, bytes, retries, estimated'
