import type { Pool } from 'pg'
import { acquireLease, type Lease, releaseLease, renewLease } from '../lease.js'

/** Long enough for a slow tick, short enough that another replica takes over within a minute. */
const TTL_MS = 30_000

/** The right to evaluate alerts, held by one process at a time. */
export class AlertLease {
  private lease: Lease | null = null

  constructor(
    private readonly pool: Pool,
    private readonly holder: string,
    private readonly ttlMs = TTL_MS,
  ) {}

  /** The lease as it was last known; null when another process has it. */
  get current(): Lease | null {
    return this.lease
  }

  /** Prolongs the lease or takes it; false when another process holds it. Rejects when the database fails. */
  async hold(): Promise<boolean> {
    if (this.lease !== null && (await renewLease(this.pool, this.lease))) return true
    this.lease = null
    this.lease = await acquireLease(this.pool, 'alert', this.holder, this.ttlMs)
    return this.lease !== null
  }

  /** Gives the lease back, so that another process need not wait for its end. */
  async release(): Promise<void> {
    const { lease } = this
    this.lease = null
    if (lease !== null) await releaseLease(this.pool, lease)
  }
}
