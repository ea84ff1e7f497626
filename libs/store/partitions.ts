import type { Pool, PoolClient } from 'pg'
import { LIST_PARTITIONS } from './sql/partitions.js'

/** How long each partitioned table keeps its rows, ms. */
export interface Retention {
  readonly cell10sMs: number
  readonly cell1mMs: number
  readonly cell1hMs: number
  readonly cell1dMs: number
  readonly sampleMs: number
  readonly consumerMs: number
  readonly quarantineMs: number
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** 48 hours of ten-second cells, 15 days of minutes, 400 days of hours, 5 years of days. */
export const DEFAULT_RETENTION: Retention = {
  cell10sMs: 2 * DAY_MS,
  cell1mMs: 15 * DAY_MS,
  cell1hMs: 400 * DAY_MS,
  cell1dMs: 5 * 366 * DAY_MS,
  sampleMs: 3 * DAY_MS,
  consumerMs: 15 * DAY_MS,
  quarantineMs: 7 * DAY_MS,
}

/** Keys must outlive the lateness window (48 h), so that a later retry is `too_old` and never doubled. Not configurable. */
export const KEY_DAYS = 3
/** Keys of batches under 8 events: the previous hour and this one. */
export const SHORT_KEY_HOURS = 1

/** One partitioned table: its unit of partitioning and how long rows stay. */
export interface PartitionedTable {
  readonly table: string
  /** Milliseconds per unit of the partition column: 10,000 for `bucket`, a day or an hour for `day` and `period`. */
  readonly unitMs: number
  /** Units in one partition. */
  readonly span: number
  readonly retentionMs: number
}

const BUCKET_MS = 10_000

const byBucket = (table: string, spanMs: number, retentionMs: number): PartitionedTable => ({
  table,
  unitMs: BUCKET_MS,
  span: spanMs / BUCKET_MS,
  retentionMs,
})

/** Every partitioned table with this retention. */
export function partitionedTables(retention: Retention): PartitionedTable[] {
  return [
    byBucket('cell_10s', 6 * HOUR_MS, retention.cell10sMs),
    byBucket('cell_1m', DAY_MS, retention.cell1mMs),
    byBucket('cell_1h', 30 * DAY_MS, retention.cell1hMs),
    byBucket('cell_1d', 366 * DAY_MS, retention.cell1dMs),
    byBucket('rollup_10s', 6 * HOUR_MS, retention.cell10sMs),
    byBucket('rollup_1m', DAY_MS, retention.cell1mMs),
    byBucket('rollup_1h', 30 * DAY_MS, retention.cell1hMs),
    byBucket('rollup_1d', 366 * DAY_MS, retention.cell1dMs),
    byBucket('latency_1m', DAY_MS, retention.cell1mMs),
    byBucket('latency_1h', 30 * DAY_MS, retention.cell1hMs),
    byBucket('latency_1d', 366 * DAY_MS, retention.cell1dMs),
    byBucket('sample', DAY_MS, retention.sampleMs),
    byBucket('consumer_1m', DAY_MS, retention.consumerMs),
    { table: 'quarantine', unitMs: DAY_MS, span: 1, retentionMs: retention.quarantineMs },
    { table: 'batch_key', unitMs: DAY_MS, span: 1, retentionMs: KEY_DAYS * DAY_MS },
    { table: 'event_key', unitMs: DAY_MS, span: 1, retentionMs: KEY_DAYS * DAY_MS },
    { table: 'batch_key_short', unitMs: HOUR_MS, span: 1, retentionMs: SHORT_KEY_HOURS * HOUR_MS },
  ]
}

/** Partitions of one table, oldest first: the half-open ranges of its partition column. */
export interface Partition {
  readonly name: string
  readonly from: number
  readonly to: number
}

/**
 * Creates the partitions of the whole retained window at `nowMs` and ahead of it, and returns the names of new ones. A range
 * older than the oldest partition that a table has is never created: its data are gone, and tiers must agree where both hold
 * data. Several processes may call it at once; nobody who reads or writes has to wait.
 */
export async function ensurePartitions(pool: Pool, nowMs: number, retention: Retention): Promise<string[]> {
  const created: string[] = []
  for (const table of partitionedTables(retention)) {
    // The common case first, without a transaction: everything is there.
    if (missing(table, nowMs, await listPartitions(pool, table.table)).length === 0) continue
    created.push(...(await createMissing(pool, table, nowMs)))
  }
  return created
}

async function createMissing(pool: Pool, table: PartitionedTable, nowMs: number): Promise<string[]> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('BEGIN')
    await client.query('SELECT pg_advisory_xact_lock($1)', [PARTITION_LOCK])
    const partitions = missing(table, nowMs, await listPartitions(client, table.table))
    for (const partition of partitions) await client.query(attachPartition(table.table, partition))
    await client.query('COMMIT')
    return partitions.map((partition) => partition.name)
  } catch (error) {
    broken = error as Error
    throw error
  } finally {
    client.release(broken)
  }
}

/** Any number that nothing else on the server uses. */
const PARTITION_LOCK = 7_263_947_002

/** `CREATE TABLE … PARTITION OF` would lock the whole table against everybody; to attach a table locks nobody out. */
const attachPartition = (table: string, { name, from, to }: Partition): string => `
CREATE TABLE ${name} (LIKE ${table} INCLUDING DEFAULTS INCLUDING INDEXES INCLUDING STORAGE)${STORAGE[table] ?? ''};
ALTER TABLE ${table} ATTACH PARTITION ${name} FOR VALUES FROM (${from}) TO (${to})`

function missing(table: PartitionedTable, nowMs: number, held: readonly Partition[]): Partition[] {
  const names = new Set(held.map((partition) => partition.name))
  return wanted(table, nowMs, held[0]?.from ?? null).filter((partition) => !names.has(partition.name))
}

/** Ranges that must exist: from the oldest retained moment (or the oldest partition, if that is younger) to at least one day ahead. */
function wanted(table: PartitionedTable, nowMs: number, oldestHeld: number | null): Partition[] {
  const spanMs = table.span * table.unitMs
  const oldest = Math.floor((nowMs - table.retentionMs) / spanMs)
  const first = oldestHeld === null ? oldest : Math.max(oldest, Math.floor(oldestHeld / table.span))
  const last = Math.floor((nowMs + Math.max(DAY_MS, spanMs)) / spanMs)
  const ranges: Partition[] = []
  for (let index = first; index <= last; index++) {
    const from = index * table.span
    ranges.push({ name: `${table.table}_p${from}`, from, to: from + table.span })
  }
  return ranges
}

/** Hot rows are updated many times: room on the page keeps 99.98 % of these updates heap-only (measured; heap 0.3 MB against 4 MB). */
const HOT = ' WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0)'
const STORAGE: Readonly<Record<string, string>> = {
  cell_10s: HOT,
  cell_1m: HOT,
  cell_1h: HOT,
  cell_1d: HOT,
  rollup_10s: HOT,
  rollup_1m: HOT,
  rollup_1h: HOT,
  rollup_1d: HOT,
  latency_1m: HOT,
  latency_1h: HOT,
  latency_1d: HOT,
  consumer_1m: HOT,
}

/** The partitions that a table has now, oldest first. */
export async function listPartitions(client: Pool | PoolClient, table: string): Promise<Partition[]> {
  const { rows } = await client.query<{ name: string; from: string; to: string }>(LIST_PARTITIONS, [table])
  return rows
    .map((row) => ({ name: row.name, from: Number(row.from), to: Number(row.to) }))
    .toSorted((a, b) => a.from - b.from)
}
