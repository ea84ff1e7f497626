import type { Dimension } from '../dimension.js'
import type { Condition } from '../filter.js'
import { grainFor } from '../grain.js'
import type { Rung } from '../ladder.js'
import { COUNT_COLUMNS, COUNT_SUMS, cellRowsSql } from './cells-sql.js'
import { Parameters, type Statement } from './parameters.js'

/** By what the rows of a breakdown can be ordered, largest first. `p99` is ordered outside the database. */
export const BREAKDOWN_ORDERS = ['count', 'errors', 'error_rate', 'throttled', 'throttle_rate', 'bytes', 'p99'] as const
export type BreakdownOrder = (typeof BREAKDOWN_ORDERS)[number]

const ORDER_SQL: Readonly<Record<Exclude<BreakdownOrder, 'p99'>, string>> = {
  count: 'count DESC',
  errors: 'errors DESC, count DESC',
  error_rate: 'errors / nullif(denominator, 0) DESC NULLS LAST, count DESC',
  throttled: 'throttled DESC, count DESC',
  throttle_rate: 'throttled / nullif(denominator, 0) DESC NULLS LAST, count DESC',
  bytes: 'bytes DESC, count DESC',
}

/** What a breakdown reads. */
export interface BreakdownPlan {
  readonly rungs: readonly Rung[]
  readonly by: readonly Dimension[]
  readonly conditions: readonly Condition[]
  readonly order: Exclude<BreakdownOrder, 'p99'>
  /** Identities of rows shown on earlier pages, as decimal text. */
  readonly seen: readonly string[]
  readonly rows: number
}

/**
 * The first row (ordinal 0) is the total, the others are the page. Cells are summed per series or rollup before they meet the labels: joining first costs
 * a quarter more. `identity` names a row across pages; the quoting of a row's text keeps different labels different.
 */
export function breakdownSql(plan: BreakdownPlan): Statement {
  const parameters = new Parameters()
  const grain = grainFor(plan.by, plan.conditions)
  const columns = plan.by.map((dimension) => `s.${dimension}`).join(', ')
  const names = plan.by.join(', ')
  const text = `
WITH cell AS (
    ${cellRowsSql(grain, plan.rungs, plan.conditions, parameters)}
), summed AS (
  SELECT id, sum(count) AS count, sum(retries) AS retries, sum(bytes) AS bytes, bool_or(estimated) AS estimated
  FROM cell GROUP BY id
), grouped AS (
  SELECT ${columns}, ${COUNT_SUMS}
  FROM summed c JOIN ${grain.labels} s ON s.id = c.id
  GROUP BY ${columns}
), unseen AS (
  SELECT *, hashtextextended(ROW(${names})::text, 0) AS identity FROM grouped
), page AS (
  SELECT *, row_number() OVER (ORDER BY ${ORDER_SQL[plan.order]}, ${names}) AS ordinal FROM unseen
  WHERE identity <> ALL (${parameters.add(plan.seen)}::bigint[])
  ORDER BY ordinal LIMIT ${parameters.add(plan.rows)}
)
SELECT 0 AS ordinal, NULL AS identity, ${plan.by.map((name) => `NULL AS ${name}`).join(', ')},
  sum(count) AS count, sum(errors) AS errors, sum(throttled) AS throttled, sum(denominator) AS denominator,
  sum(bytes) AS bytes, sum(retries) AS retries, bool_or(estimated) AS estimated
FROM grouped
UNION ALL
SELECT ordinal, identity::text, ${names}, ${COUNT_COLUMNS} FROM page
ORDER BY ordinal`
  return { text, values: parameters.values }
}
