import type { Dimension } from '../dimension.js'
import type { Condition } from '../filter.js'
import type { TierName } from '../tier.js'
import { conditionsSql } from './conditions-sql.js'
import { Parameters, type Statement } from './parameters.js'

/** Who something can be known about: the labels that do not depend on how a request ended. */
export interface KnownPlan {
  readonly by: readonly Dimension[]
  readonly conditions: readonly Condition[]
}

/** Since when a service has been counted at all (by arrival), and how far its sources have come, epoch ms. */
export function knownSql(plan: KnownPlan): Statement {
  const parameters = new Parameters()
  const columns = plan.by.map((dimension) => `s.${dimension}`)
  const text = `
SELECT ${columns.map((column) => `${column}, `).join('')}
  (extract(epoch FROM min(s.created_at)) * 1000)::float8 AS from_ms, max(source.watermark_ms)::float8 AS to_ms
FROM rollup s JOIN source ON source.name = s.source
WHERE true ${conditionsSql(plan.conditions, 's', parameters)}
${columns.length === 0 ? '' : `GROUP BY ${columns.join(', ')}`}`
  return { text, values: parameters.values }
}

/** The first bucket with data in a range: replayed data is older than its arrival. Asked only where `knownSql` tells a late beginning. */
export function firstDataSql(plan: KnownPlan & { tier: TierName; from: number; to: number }): Statement {
  const parameters = new Parameters()
  const columns = plan.by.map((dimension) => `s.${dimension}`)
  const text = `
WITH first AS (
  SELECT rollup_id, min(bucket) AS bucket FROM rollup_${plan.tier}
  WHERE bucket >= ${parameters.add(plan.from)} AND bucket < ${parameters.add(plan.to)} GROUP BY rollup_id
)
SELECT ${columns.map((column) => `${column}, `).join('')}min(first.bucket) AS bucket
FROM first JOIN rollup s ON s.id = first.rollup_id
WHERE true ${conditionsSql(plan.conditions, 's', parameters)}
${columns.length === 0 ? '' : `GROUP BY ${columns.join(', ')}`}`
  return { text, values: parameters.values }
}
