import type { Pool } from 'pg'

/** Rollups, which must be the same: as they are stored, and as the cells of their series add up. */
export interface Rollups {
  readonly stored: readonly unknown[]
  readonly summed: readonly unknown[]
}

/** All rollups of all tiers, in a fixed order. */
export async function readRollups(pool: Pool): Promise<Rollups> {
  const read = async (part: (tier: string) => string): Promise<unknown[]> =>
    (
      await pool.query<never>(
        `${['10s', '1m', '1h', '1d'].map(part).join(' UNION ALL ')} ORDER BY ${LABELS}, tier, bucket`,
      )
    ).rows
  return { stored: await read(STORED), summed: await read(SUMMED) }
}

const LABELS = 'source, gateway, service, code, class, outcome, owner'

const COUNTS = `sum(count) AS count, coalesce(sum(late), 0) AS late, coalesce(sum(retries), 0) AS retries, sum(bytes) AS bytes,
  coalesce(bool_or(estimated), false) AS estimated`

const STORED = (tier: string) => `
SELECT '${tier}' AS tier, bucket, ${LABELS}, ${COUNTS} FROM rollup_${tier} JOIN rollup ON id = rollup_id GROUP BY bucket, ${LABELS}`

const SUMMED = (tier: string) => `
SELECT '${tier}' AS tier, bucket, ${LABELS}, ${COUNTS} FROM cell_${tier} JOIN series ON id = series_id GROUP BY bucket, ${LABELS}`
