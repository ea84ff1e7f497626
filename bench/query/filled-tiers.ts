import type { Pool } from 'pg'

const BUCKETS = { minute: 6, hour: 360, day: 8_640 } as const
const TIERS = ['10s', '1m', '1h', '1d'] as const
const TABLES = TIERS.flatMap((tier) => [`cell_${tier}`, `rollup_${tier}`])

/** When the stored traffic began and where it ends, in buckets of ten seconds; it begins at midnight and ends with a minute. */
export interface Stretch {
  readonly begin: number
  readonly end: number
}

/** Days of stored traffic that end now. */
export const stretchOf = (nowMs: number, days: number): Stretch => {
  const end = Math.floor(nowMs / 60_000) * BUCKETS.minute
  return { begin: (Math.floor(end / BUCKETS.day) - days) * BUCKETS.day, end }
}

/**
 * Empties the cells and fills them again: every series answers `1 + id % 5` requests in every ten seconds of the stretch. Hours and
 * days hold all of it. Finer cells hold it where the ends of questions fall, which is where they are read: ten seconds of the last
 * half hour, minutes of the last two hours and of two hours a day ago.
 */
export const fillTiers = async (pool: Pool, stretch: Stretch): Promise<void> => {
  const { begin, end } = stretch
  for (const table of TABLES) await pool.query(`DELETE FROM ${table}`)
  const dayAgo = end - BUCKETS.day
  const { minute, hour, day } = BUCKETS
  await fill(pool, 'cell_10s', { begin: end - hour / 2, end }, 1, stretch)
  await fill(pool, 'cell_1m', { begin: dayAgo - 2 * hour, end: dayAgo + hour }, minute, stretch)
  await fill(pool, 'cell_1m', { begin: end - 3 * hour, end }, minute, stretch)
  await fill(pool, 'cell_1h', { begin, end }, hour, stretch)
  await fill(pool, 'cell_1d', { begin, end }, day, stretch)
  for (const tier of TIERS) await rollUp(pool, tier)
  for (const table of ['series', 'rollup', ...TABLES]) await pool.query(`VACUUM ANALYZE ${table}`)
}

/** The cells of a tier that begin in a part of the stretch, in the order in which time brings them. */
const fill = (pool: Pool, table: string, part: Stretch, width: number, { begin, end }: Stretch): Promise<unknown> =>
  pool.query(
    `INSERT INTO ${table} (bucket, series_id, count, bytes)
     SELECT bucket, series.id, (1 + id % 5) * held, (1 + id % 5) * held * 1234
     FROM generate_series($1::int, $2::int - 1, $3::int) AS bucket,
       LATERAL (SELECT least(bucket + $3, $5::int) - greatest(bucket, $4::int) AS held) AS length, series
     ORDER BY bucket, series.id`,
    [Math.floor(part.begin / width) * width, part.end, width, begin, end],
  )

const rollUp = (pool: Pool, tier: string): Promise<unknown> =>
  pool.query(
    `INSERT INTO rollup_${tier} (bucket, rollup_id, count, bytes)
     SELECT bucket, rollup_id, sum(count), sum(bytes) FROM cell_${tier} JOIN series ON series.id = series_id
     GROUP BY bucket, rollup_id ORDER BY bucket, rollup_id`,
  )
