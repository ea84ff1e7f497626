import type { Dimension } from '../dimension.js'
import type { Condition } from '../filter.js'
import type { Rung } from '../ladder.js'
import { conditionsSql } from './conditions-sql.js'
import { Parameters, type Statement } from './parameters.js'
import { pointSql } from './point-sql.js'

/** What a question about durations reads. */
export interface LatencyPlan {
  readonly rungs: readonly Rung[]
  readonly by: readonly Dimension[]
  readonly conditions: readonly Condition[]
  /** Edges of the points in buckets; null: one sum over the range. */
  readonly edges: readonly number[] | null
  readonly rows: number
}

/** One histogram per group, bucket and tier, with its labels and point; merged outside, as the database cannot read histograms. */
export function latencySql(plan: LatencyPlan): Statement {
  const parameters = new Parameters()
  const columns = plan.by.map((dimension) => `s.${dimension}, `).join('')
  const parts = plan.rungs.map(
    ({ tier, from, to }) =>
      `SELECT bucket, group_id, count, sum_ms, histogram FROM latency_${tier}
    WHERE bucket >= ${parameters.add(from)} AND bucket < ${parameters.add(to)}`,
  )
  const point = plan.edges === null ? '0' : pointSql(plan.edges, 'l.bucket', parameters)
  const text = `
WITH latency AS (
    ${parts.join('\n    UNION ALL ')}
)
SELECT ${columns}${point} AS point, l.count::float8 AS count, l.sum_ms, l.histogram
FROM latency l JOIN latency_group s ON s.id = l.group_id
WHERE true ${conditionsSql(plan.conditions, 's', parameters)}
LIMIT ${parameters.add(plan.rows)}`
  return { text, values: parameters.values }
}
