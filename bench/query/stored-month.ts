import type { Pool } from 'pg'
import { DEFAULT_RETENTION, ensurePartitions, migrate, openDatabase } from '#store'
import { startDatabase } from '../beside.js'
import { fillTiers, stretchOf, type Stretch } from './filled-tiers.js'
import type { StoredSeries } from './questions.js'
import { packClosed, unpack } from './stored-cells.js'

/** What is stored when questions begin. */
export interface Stored {
  readonly series: readonly StoredSeries[]
  readonly stretch: Stretch
  readonly nowMs: number
}

const DAYS = 32
const STATEMENT_MS = 300_000

/** Makes series in a new embedded database and fills a month of them, packed as it would be; answers with what `makeSeries` did, too. */
export const storeMonth = async <Made>(
  dataDir: string,
  makeSeries: (pool: Pool, url: string, nowMs: number) => Promise<Made>,
): Promise<{ stored: Stored; made: Made }> => {
  const postgres = await startDatabase(dataDir)
  try {
    await migrate(postgres.url)
    const { pool, close } = await openDatabase({ url: postgres.url, statementTimeoutMs: STATEMENT_MS })
    try {
      const nowMs = Date.now()
      await ensurePartitions(pool, nowMs, DEFAULT_RETENTION)
      const made = await makeSeries(pool, postgres.url, nowMs)
      const stretch = stretchOf(nowMs, DAYS)
      await unpack(pool)
      await fillTiers(pool, stretch)
      await packClosed(pool, postgres.url, nowMs)
      return { stored: { series: await readSeries(pool), stretch, nowMs }, made }
    } finally {
      await close()
    }
  } finally {
    await postgres.stop()
  }
}

const readSeries = async (pool: Pool): Promise<StoredSeries[]> =>
  (
    await pool.query<StoredSeries>(
      `SELECT id, source, service, route, code, code >= 500 AS "isError" FROM series ORDER BY id`,
    )
  ).rows
