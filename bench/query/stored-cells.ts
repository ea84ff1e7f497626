import type { Pool } from 'pg'
import {
  closedAfterMs,
  DEFAULT_RETENTION,
  Folder,
  listPartitions,
  Packing,
  partitionedTables,
  PostgresJournal,
} from '#store'
import type { Labels } from './labels.js'
import { sealed } from './sealed.js'

/** What the fold wrote, and what that took. */
export interface Folded {
  /** Rows that were written, each new or changed in place. */
  readonly rows: number
  readonly seconds: number
  /** CPU time of this process; that of the database is its own. */
  readonly cpuSeconds: number
}

/**
 * Folds one event of every series `rounds` times into each bucket of `bucketsMs`, ascending: every cell is written once and then
 * changed in place, as in life.
 */
export const foldTraffic = async (
  pool: Pool,
  labels: readonly Labels[],
  bucketsMs: readonly number[],
  rounds: number,
): Promise<Folded> => {
  const journal = new PostgresJournal(pool)
  const folder = new Folder(pool, { holder: 'bench' })
  const sources = [...Map.groupBy(labels, ({ source }) => source)]
  let [rows, seconds, cpuSeconds] = [0, 0, 0]
  for (const bucketMs of bucketsMs)
    for (let round = 0; round < rounds; round++) {
      await journal.append(sources.map(([source, own]) => sealed(source, own, bucketMs + round)))
      const [beganAt, cpu] = [performance.now(), process.cpuUsage()]
      for (let more = true; more;) {
        const report = await folder.foldOnce()
        if (report.failed + report.setAside > 0) throw new Error(`the fold failed: ${JSON.stringify(report)}`)
        rows += report.cells
        more = report.deltas > 0
      }
      const { user, system } = process.cpuUsage(cpu)
      seconds += (performance.now() - beganAt) / 1_000
      cpuSeconds += (user + system) / 1e6
    }
  await folder.release()
  return { rows, seconds, cpuSeconds }
}

/** Packs every partition that is closed at `nowMs`, at once and without rest; returns how many. */
export const packClosed = async (pool: Pool, url: string, nowMs: number): Promise<number> => {
  const options = { quietMs: 0, pauseFactor: 0, leastBytes: 1 }
  const packing = new Packing(pool, { url, retention: DEFAULT_RETENTION, ...options })
  const { partitions } = await packing.run(nowMs)
  const left = partitions.filter(({ result }) => result !== 'packed')
  if (left.length > 0) throw new Error(`not packed: ${JSON.stringify(left)}`)
  return partitions.length
}

/** A partition is seen to be quiet so long, and waits for the next turn of packing. */
const NOTICED_MS = 15 * 60_000

/** The share of a tier's cells that are not packed yet, at default retention: half a partition on average, and what has to be quiet first. */
export const looseShare = (tier: string): number => {
  const table = partitionedTables(DEFAULT_RETENTION).find(({ table }) => table === `cell_${tier}`)!
  return ((table.span * table.unitMs) / 2 + closedAfterMs(table) + NOTICED_MS) / table.retentionMs
}

/** Bytes that the cells of a tier take with their rollups and indexes for a million cells, by the partitions that hold any; NaN of none. */
export const bytesPerMillion = async (pool: Pool, tier: string): Promise<number> => {
  const cells = await sizeOf(pool, `cell_${tier}`)
  const rollups = await sizeOf(pool, `rollup_${tier}`)
  return ((cells.bytes + rollups.bytes) / cells.rows) * 1e6
}

const sizeOf = async (pool: Pool, table: string): Promise<{ bytes: number; rows: number }> => {
  let [bytes, rows] = [0, 0]
  for (const { name } of await listPartitions(pool, table)) {
    const sized = await pool.query<{ bytes: number; rows: number }>(
      `SELECT pg_total_relation_size('${name}')::float8 AS bytes, (SELECT count(*) FROM ${name})::float8 AS rows`,
    )
    const part = sized.rows[0]!
    if (part.rows > 0) [bytes, rows] = [bytes + part.bytes, rows + part.rows]
  }
  return { bytes, rows }
}

/** Gives all partitions of cells the room for changes back that packing has taken; for what is written from now on. */
export const unpack = async (pool: Pool): Promise<void> => {
  for (const { table } of partitionedTables(DEFAULT_RETENTION))
    if (/^(cell|rollup)_/.test(table))
      for (const { name } of await listPartitions(pool, table))
        await pool.query(`TRUNCATE ${name}; ALTER TABLE ${name} SET (fillfactor = 50)`)
}
