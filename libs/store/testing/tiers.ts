import type { Pool } from 'pg'

/** Everything that a cell says, under its labels. */
export interface TierRow {
  readonly bucket: number
  readonly source: string
  readonly gateway: string
  readonly service: string
  readonly route: string
  readonly method: string
  readonly code: number
  readonly class: number
  readonly outcome: number
  readonly count: number
  readonly retries: number
  readonly bytes: number
}

export interface Tiers {
  readonly '10s': readonly TierRow[]
  readonly '1m': readonly TierRow[]
  readonly '1h': readonly TierRow[]
  readonly '1d': readonly TierRow[]
}

/** All cells of all tiers, in a fixed order. */
export async function readTiers(pool: Pool): Promise<Tiers> {
  const read = async (tier: string) => (await pool.query<TierRow>(CELLS(tier))).rows
  return { '10s': await read('10s'), '1m': await read('1m'), '1h': await read('1h'), '1d': await read('1d') }
}

const CELLS = (tier: string) => `
SELECT bucket, source, gateway, service, route, method, code, class, outcome, count, coalesce(retries, 0) AS retries, bytes
FROM cell_${tier} JOIN series ON series.id = series_id
ORDER BY code, bucket, source, gateway, service, route, method, class, outcome`
