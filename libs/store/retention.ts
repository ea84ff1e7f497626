import type { Pool } from 'pg'
import { inBriefLock, type BriefLock } from './brief-lock.js'
import {
  listPartitions,
  partitionedTables,
  type Partition,
  type PartitionedTable,
  type Retention,
} from './partitions.js'

/** What a run of retention did. */
export interface Dropped {
  readonly dropped: string[]
  /** Expired, but still in use after all attempts: the next run tries again. */
  readonly left: string[]
}

/**
 * Drops every partition whose whole range is older than its table's retention at `nowMs`. A drop takes milliseconds; while
 * it waits for running statements it holds others up for at most `lockTimeoutMs`, then lets them pass and tries again.
 */
export async function dropExpired(
  pool: Pool,
  nowMs: number,
  retention: Retention,
  options: BriefLock = {},
): Promise<Dropped> {
  const dropped: string[] = []
  const left: string[] = []
  for (const table of partitionedTables(retention))
    for (const partition of expired(table, await listPartitions(pool, table.table), nowMs))
      ((await dropPartitions(pool, [partition.name], options)) ? dropped : left).push(partition.name)
  return { dropped, left }
}

/** Drops the oldest partition of ten-second cells with its rollups, whatever its age, and returns its name; null when only the newest two are left. */
export async function dropOldest10s(pool: Pool, options: BriefLock = {}): Promise<string | null> {
  const partitions = await listPartitions(pool, 'cell_10s')
  const oldest = partitions[0]
  if (oldest === undefined || partitions.length <= 2) return null
  const rollups = (await listPartitions(pool, 'rollup_10s')).filter(({ to }) => to <= oldest.to)
  const names = [oldest, ...rollups].map(({ name }) => name)
  return (await dropPartitions(pool, names, options)) ? oldest.name : null
}

/** A key's partition goes only when the whole of it is past the key window: lookups go back exactly as far (sql/claim-keys.ts). */
function expired(table: PartitionedTable, partitions: readonly Partition[], nowMs: number): Partition[] {
  const oldestRetained = Math.floor((nowMs - table.retentionMs) / table.unitMs)
  return partitions.filter((partition) => partition.to <= oldestRetained)
}

const dropPartitions = async (pool: Pool, names: readonly string[], options: BriefLock): Promise<boolean> =>
  (await inBriefLock(pool, options, (client) => client.query(`DROP TABLE IF EXISTS ${names.join(', ')}`))) !== null
