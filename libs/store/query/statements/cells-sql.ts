import { OUTCOME_INDEX } from '#catalog'
import type { Condition } from '../filter.js'
import type { Grain } from '../grain.js'
import type { Rung } from '../ladder.js'
import { conditionsSql } from './conditions-sql.js'
import type { Parameters } from './parameters.js'

/**
 * The rows of the cells in these parts of a range, all tiers under one name. With conditions their labels are looked up first, so that
 * few series are found by the index: one route of 10,000 series over a day took 480 ms without.
 */
export function cellRowsSql(
  grain: Grain,
  rungs: readonly Rung[],
  conditions: readonly Condition[],
  parameters: Parameters,
): string {
  const only =
    conditions.length === 0
      ? ''
      : `AND ${grain.id} = ANY (ARRAY(SELECT s.id FROM ${grain.labels} s WHERE true ${conditionsSql(conditions, 's', parameters)}))`
  return rungs
    .map(
      ({ tier, from, to }) =>
        `SELECT bucket, ${grain.id} AS id, count, retries, bytes, estimated FROM ${grain.cells}_${tier}
    WHERE bucket >= ${parameters.add(from)} AND bucket < ${parameters.add(to)} ${only}`,
    )
    .join('\n    UNION ALL ')
}

const { success, redirect, client_error, throttled, server_error } = OUTCOME_INDEX
const DENOMINATOR = [success, redirect, client_error, throttled, server_error].join(', ')

/** The counts of a group of (already summed) rows `c` with labels `s`; retries and estimated are null where there are none. */
export const COUNT_SUMS = `sum(c.count) AS count,
    coalesce(sum(c.count) FILTER (WHERE s.outcome = ${server_error}), 0) AS errors,
    coalesce(sum(c.count) FILTER (WHERE s.outcome = ${throttled}), 0) AS throttled,
    coalesce(sum(c.count) FILTER (WHERE s.outcome IN (${DENOMINATOR})), 0) AS denominator,
    sum(c.bytes) AS bytes, sum(c.retries) AS retries, bool_or(c.estimated) AS estimated`

/** The names of those counts. */
export const COUNT_COLUMNS = 'count, errors, throttled, denominator, bytes, retries, estimated'
