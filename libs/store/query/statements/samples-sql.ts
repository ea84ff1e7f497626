import type { Condition } from '../filter.js'
import { conditionsSql } from './conditions-sql.js'
import { Parameters, type Statement } from './parameters.js'

/** The newest samples of a range, epoch ms, half-open; `bucket` only prunes partitions. */
export function samplesSql(
  plan: { fromMs: number; toMs: number; fromBucket: number; toBucket: number; rows: number },
  conditions: readonly Condition[],
): Statement {
  const parameters = new Parameters()
  const text = `
SELECT sample.at_ms::float8 AS at_ms, s.source, s.gateway, s.service, s.route, s.method, s.code, s.outcome, s.owner,
  sample.duration_ms, sample.request_id, sample.trace_id, sample.detail
FROM sample JOIN series s ON s.id = sample.series_id
WHERE sample.bucket >= ${parameters.add(plan.fromBucket)} AND sample.bucket < ${parameters.add(plan.toBucket)}
  AND sample.at_ms >= ${parameters.add(plan.fromMs)} AND sample.at_ms < ${parameters.add(plan.toMs)}
  ${conditionsSql(conditions, 's', parameters)}
ORDER BY sample.at_ms DESC, sample.request_id, sample.series_id
LIMIT ${parameters.add(plan.rows)}`
  return { text, values: parameters.values }
}
