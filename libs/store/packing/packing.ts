import type { Pool, PoolClient } from 'pg'
import { listPartitions, partitionedTables, type PartitionedTable, type Retention } from '../partitions.js'
import { openPool } from '../pool.js'
import { DATABASE_SIZE, LEFT_COPIES, PARTITION_STATES, TRY_PACKING_LOCK } from '../sql/packing.js'
import { packPartition, type Packable, type Packed, type PackOptions } from './pack-partition.js'

export interface PackingOptions extends PackOptions {
  /** Of the database: packing has a session of its own, whose statements may take long. */
  readonly url: string
  readonly retention: Retention
  /** Of the database: what would pass it while it is copied is left alone; null: no limit. */
  readonly diskLimitBytes?: number | null
  /** A partition must not have been changed for so long, as far as this process has seen; default just under 10 minutes. */
  readonly quietMs?: number
  /** Smaller ones are left alone; default 1 MiB. */
  readonly leastBytes?: number
  /** A packed one is packed again when late data changed more than this share of its rows; default 0.2. */
  readonly deadShare?: number
}

/** What a run did with the partitions that it took up. */
export interface PackingReport {
  /** False: another process was at it. */
  readonly held: boolean
  readonly partitions: readonly PackedPartition[]
}

export interface PackedPartition {
  readonly name: string
  readonly result: Packed
  readonly durationMs: number
}

/** The tables whose pages are half empty, so that folds can change rows in place, and the rest of their keys. */
const KEYS: Readonly<Record<string, string>> = {
  cell_10s: 'series_id',
  cell_1m: 'series_id',
  cell_1h: 'series_id',
  cell_1d: 'series_id',
  rollup_10s: 'rollup_id',
  rollup_1m: 'rollup_id',
  rollup_1h: 'rollup_id',
  rollup_1d: 'rollup_id',
  latency_1m: 'group_id',
  latency_1h: 'group_id',
  latency_1d: 'group_id',
  consumer_1m: 'source, service, consumer',
}

const HOUR_MS = 3_600_000
/** Later than this nothing is counted any more, but for what is replayed. */
const LATENESS_MS = 48 * HOUR_MS
/** One VACUUM of a large copy, at rest. */
const LONGEST_MS = HOUR_MS
const LEAST_BYTES = 2 ** 20
/** Two turns of five minutes, which are not timed to the second. */
const QUIET_MS = 590_000
const DEAD_SHARE = 0.2
/** Any number that nothing else on the server uses. */
const PACKING_LOCK = 7_263_947_003

/** How long after its end a partition is packed at the earliest: most of what is late has come by then. */
export const closedAfterMs = ({ span, unitMs }: Pick<PartitionedTable, 'span' | 'unitMs'>): number =>
  Math.min(LATENESS_MS, Math.max(HOUR_MS, (span * unitMs) / 4))

interface State {
  readonly name: string
  readonly bytes: number
  readonly rows: number
  readonly packed: boolean
  readonly changes: number
  readonly dead: number
}

/** Packs the partitions that folds no longer change; to be run every few minutes. */
export class Packing {
  /** How often each was changed when it was last seen to change, and when that was. */
  private readonly seen = new Map<string, { changes: number; sinceMs: number }>()

  constructor(
    private readonly pool: Pool,
    private readonly options: PackingOptions,
  ) {}

  /** One run at `nowMs`, over everything there is to pack. Rejects when the database fails; every partition is whole then. */
  async run(nowMs: number): Promise<PackingReport> {
    const own = openPool({ url: this.options.url, maxConnections: 1, statementTimeoutMs: LONGEST_MS })
    try {
      return await this.runOn(await own.connect(), nowMs)
    } finally {
      await own.end()
    }
  }

  private async runOn(client: PoolClient, nowMs: number): Promise<PackingReport> {
    const { signal } = this.options
    let cancel: (() => void) | undefined
    try {
      cancel = await this.cancelOf(client)
      signal?.addEventListener('abort', cancel)
      const { rows } = await client.query<{ locked: boolean }>(TRY_PACKING_LOCK, [PACKING_LOCK])
      if (rows[0]?.locked !== true) return { held: false, partitions: [] }
      const left = await client.query<{ name: string }>(LEFT_COPIES, [Object.keys(KEYS)])
      for (const { name } of left.rows) await client.query(`DROP TABLE ${name}`)
      // VACUUM of a copy rests as copying does; nobody waits for either.
      await client.query('SET vacuum_cost_delay = 1')
      return { held: true, partitions: await this.packAll(client, nowMs) }
    } finally {
      if (cancel !== undefined) signal?.removeEventListener('abort', cancel)
      // Its lock ends with its session.
      client.release(true)
    }
  }

  /** Cancels the statement under way: VACUUM of a large copy would hold up the end of the process. */
  private async cancelOf(client: PoolClient): Promise<() => void> {
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    return () => void this.pool.query('SELECT pg_cancel_backend($1)', [rows[0]?.pid]).catch((): undefined => undefined)
  }

  private async packAll(client: PoolClient, nowMs: number): Promise<PackedPartition[]> {
    const done: PackedPartition[] = []
    for (const partition of await this.due(nowMs)) {
      if (this.options.signal?.aborted === true) break
      if (!(await this.hasRoom(client, partition.bytes))) continue
      const beganMs = performance.now()
      const result = await packPartition(client, partition, this.options)
      done.push({ name: partition.name, result, durationMs: performance.now() - beganMs })
      // Whatever became of it, it is looked at anew.
      this.seen.delete(partition.name)
    }
    return done
  }

  private async hasRoom(client: PoolClient, bytes: number): Promise<boolean> {
    const { diskLimitBytes = null } = this.options
    if (diskLimitBytes === null) return true
    const { rows } = await client.query<{ bytes: number }>(DATABASE_SIZE)
    return (rows[0]?.bytes ?? 0) + bytes <= diskLimitBytes
  }

  private async due(nowMs: number): Promise<(Packable & { bytes: number })[]> {
    const due: (Packable & { bytes: number })[] = []
    for (const table of partitionedTables(this.options.retention)) {
      const key = KEYS[table.table]
      if (key === undefined) continue
      const closedBefore = (nowMs - closedAfterMs(table)) / table.unitMs
      const states = await this.states(table.table)
      for (const partition of await listPartitions(this.pool, table.table)) {
        const state = states.get(partition.name)
        if (partition.to > closedBefore || state === undefined || !this.isDue(state, nowMs)) continue
        due.push({ ...partition, bytes: state.bytes, table: table.table, key: `bucket, ${key}` })
      }
    }
    return due
  }

  private isDue(state: State, nowMs: number): boolean {
    if (state.bytes < (this.options.leastBytes ?? LEAST_BYTES)) return false
    if (state.packed && state.dead <= (this.options.deadShare ?? DEAD_SHARE) * Math.max(1, state.rows)) return false
    const seen = this.seen.get(state.name)
    if (seen?.changes !== state.changes) this.seen.set(state.name, { changes: state.changes, sinceMs: nowMs })
    const sinceMs = this.seen.get(state.name)?.sinceMs ?? nowMs
    return nowMs - sinceMs >= (this.options.quietMs ?? QUIET_MS)
  }

  private async states(table: string): Promise<Map<string, State>> {
    const { rows } = await this.pool.query<State>(PARTITION_STATES, [table])
    return new Map(rows.map((row) => [row.name, row]))
  }
}
