import type { Pool } from 'pg'
import { acquireLease, releaseLease } from './lease.js'
import { ensurePartitions, type Retention } from './partitions.js'
import { dropExpired, dropOldest10s } from './retention.js'

export interface UpkeepOptions {
  /** Names this process among those that do the upkeep. */
  readonly holder: string
  readonly retention: Retention
  /** Past this size of the database the oldest ten-second partitions are dropped before their time; null: no limit. */
  readonly diskLimitBytes: number | null
}

/** What one round of upkeep did. */
export interface UpkeepReport {
  /** False: another process was at it. */
  readonly held: boolean
  readonly created: readonly string[]
  readonly dropped: readonly string[]
  /** Expired, but in use; the next round tries again. */
  readonly left: readonly string[]
  /** Dropped before their time, because the disk limit was reached. */
  readonly droppedForDisk: readonly string[]
  readonly databaseBytes: number
}

const LEASE = 'upkeep'
const LEASE_TTL_MS = 120_000

/** Makes partitions ahead of time and drops expired ones; to be run at the start and every few minutes. */
export class Upkeep {
  constructor(
    private readonly pool: Pool,
    private readonly options: UpkeepOptions,
  ) {}

  /** One round at `nowMs`. Rejects when the database fails. */
  async run(nowMs: number): Promise<UpkeepReport> {
    const { retention, holder, diskLimitBytes } = this.options
    // Partitions are made by whoever comes first, lease or not: nothing can be counted without them.
    const created = await ensurePartitions(this.pool, nowMs, retention)
    const lease = await acquireLease(this.pool, LEASE, holder, LEASE_TTL_MS)
    const nothing = { created, dropped: [], left: [], droppedForDisk: [] }
    if (lease === null) return { ...nothing, held: false, databaseBytes: await this.size() }
    try {
      const { dropped, left } = await dropExpired(this.pool, nowMs, retention)
      const droppedForDisk = diskLimitBytes === null ? [] : await this.shrink(diskLimitBytes)
      return { held: true, created, dropped, left, droppedForDisk, databaseBytes: await this.size() }
    } finally {
      await releaseLease(this.pool, lease)
    }
  }

  private async shrink(limitBytes: number): Promise<string[]> {
    const dropped: string[] = []
    while ((await this.size()) > limitBytes) {
      const name = await dropOldest10s(this.pool)
      if (name === null) break
      dropped.push(name)
    }
    return dropped
  }

  private async size(): Promise<number> {
    const { rows } = await this.pool.query<{ bytes: number | string }>(
      'SELECT pg_database_size(current_database()) AS bytes',
    )
    return Number(rows[0]?.bytes ?? 0)
  }
}
