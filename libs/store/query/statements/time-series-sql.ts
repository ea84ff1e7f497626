import type { Dimension } from '../dimension.js'
import type { Condition } from '../filter.js'
import type { TierName } from '../tier.js'
import { COUNT_COLUMNS, COUNT_SUMS, cellRowsSql } from './cells-sql.js'
import { conditionsSql } from './conditions-sql.js'
import { Parameters, type Statement } from './parameters.js'
import { pointSql } from './point-sql.js'

/** What a time series reads: whole buckets of one tier between edges. */
export interface TimeSeriesPlan {
  readonly tier: TierName
  /** Edges of the points, in buckets. */
  readonly edges: readonly number[]
  readonly by: readonly Dimension[]
  readonly conditions: readonly Condition[]
  readonly series: number
}

/** The points with data of the busiest groups, by rank; `groups` tells how many there are and `grand` what they count together. */
export function timeSeriesSql(plan: TimeSeriesPlan): Statement {
  const parameters = new Parameters()
  const [from = 0] = plan.edges
  const to = plan.edges[plan.edges.length - 1] ?? from
  const columns = plan.by.map((dimension) => `s.${dimension}, `).join('')
  const names = plan.by.join(', ')
  const text = `
WITH cell AS (
    ${cellRowsSql([{ tier: plan.tier, from, to }], parameters)}
), summed AS (
  SELECT series_id, ${pointSql(plan.edges, 'bucket', parameters)} AS point,
    sum(count) AS count, sum(retries) AS retries, sum(bytes) AS bytes, bool_or(estimated) AS estimated
  FROM cell GROUP BY 1, 2
), grouped AS (
  SELECT ${columns}c.point, ${COUNT_SUMS}
  FROM summed c JOIN series s ON s.id = c.series_id
  WHERE true ${conditionsSql(plan.conditions, 's', parameters)}
  GROUP BY ${columns}c.point
), busiest AS (
  SELECT ${names === '' ? '' : `${names}, `}sum(count) AS sum FROM grouped ${names === '' ? '' : `GROUP BY ${names}`}
), ranked AS (
  SELECT *, row_number() OVER (ORDER BY sum DESC${names === '' ? '' : `, ${names}`}) AS rank,
    count(*) OVER () AS groups, sum(sum) OVER () AS grand
  FROM busiest
)
SELECT rank::int, groups::int, grand, ${names === '' ? '' : `${names}, `}point, ${COUNT_COLUMNS}
FROM ranked JOIN grouped ${names === '' ? 'ON true' : `USING (${names})`}
WHERE rank <= ${parameters.add(plan.series)}
ORDER BY rank, point`
  return { text, values: parameters.values }
}
