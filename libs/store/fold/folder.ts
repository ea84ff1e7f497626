import type { Pool, PoolClient } from 'pg'
import { DELTA_VERSION } from '#delta'
import { isPassing } from '../append/failure.js'
import { endTransaction } from '../append/settle-commit.js'
import { acquireLease, fence, holdLease, LeaseLost, releaseLease, renewLease, type Lease } from '../lease.js'
import { DEFAULT_RETENTION, ensurePartitions, type Retention } from '../partitions.js'
import { FAIL_DELTA, PENDING } from '../sql/journal.js'
import { DEFAULT_BUDGET, type Budget } from './budget.js'
import { clean } from './column.js'
import { planFold } from './fold-plan.js'
import { MetricBook } from './metric-book.js'
import { SeriesBook } from './series-book.js'
import { ATTEMPTS, takeDeltas, type Pending } from './taken-deltas.js'
import { readWindows, type TierWindows } from './tier-windows.js'
import { writeCells } from './write-cells.js'
import { writeConsumers, writeSamples } from './write-examples.js'
import { writeLatencies } from './write-latencies.js'
import { writeSources } from './write-sources.js'
import { writeTotalLatencies } from './write-total-latencies.js'
import { writeTotals } from './write-totals.js'

export interface FolderOptions {
  /** Names this process among those that may fold. A process that starts again under its old name takes its lease back at once. */
  readonly holder: string
  readonly budget?: Budget
  readonly retention?: Retention
  /** Routes that totals tell apart; default none. */
  readonly routesInTotals?: ReadonlySet<string>
  /** Codes that every service shows in /metrics before their first response; default none. */
  readonly zeroCodes?: readonly number[]
  /** The lease is free to others after this, default 10,000 ms. */
  readonly leaseTtlMs?: number
  /** Most deltas in one fold, default 1,000. */
  readonly deltas?: number
  /** About so many bytes of deltas in one fold, default 2 MiB. */
  readonly bytes?: number
  /** About so many cells in one fold, default 8,000: bounds its memory, and how long it keeps the thread. */
  readonly cells?: number
  /** Newest version of deltas to read; default that of this release. */
  readonly version?: number
  /** For tests: called when everything is written, before the lease is checked for the last time. */
  readonly beforeCommit?: () => Promise<void>
}

/** What one fold did. */
export interface FoldReport {
  /** False: another process holds the lease, and nothing was done. */
  readonly held: boolean
  readonly deltas: number
  readonly bytes: number
  /** Rows written to cells of all tiers. */
  readonly cells: number
  readonly failed: number
  readonly setAside: number
  /** Series in use after it. */
  readonly series: number
  /** The fold stopped at one of its limits, and more deltas are waiting: those that came meanwhile may be folded together later. */
  readonly more: boolean
}

const NOTHING: FoldReport = {
  held: true,
  deltas: 0,
  bytes: 0,
  cells: 0,
  failed: 0,
  setAside: 0,
  series: 0,
  more: false,
}
const LEASE = 'fold'
const CELLS = 8_000
const DELTAS = 1_000
const NO_ROUTES: ReadonlySet<string> = new Set()

/** Moves deltas from the journal into the cells: one transaction for each fold, fenced by a lease that one process holds. */
export class Folder {
  private lease: Lease | null = null
  /** When the lease was last known to be held; it is asked for again after a third of its time, and after any failure. */
  private renewedMs = -Infinity
  /** What is known of ids and partitions; null after anything went wrong, and read again. */
  private book: SeriesBook | null = null
  private metrics: MetricBook | null = null
  private windows: TierWindows | null = null
  private readonly ttlMs: number
  private bytes: number

  constructor(
    private readonly pool: Pool,
    private readonly options: FolderOptions,
  ) {
    this.ttlMs = options.leaseTtlMs ?? 10_000
    this.bytes = options.bytes ?? 2 * 1024 * 1024
  }

  /** Folds what waits, up to the limits of one fold. Rejects when the database fails; nothing is folded then. */
  async foldOnce(): Promise<FoldReport> {
    const lease = await this.hold()
    if (lease === null) return { ...NOTHING, held: false }
    const pending = await this.pending()
    if (pending.length === 0) return NOTHING
    const report = await this.foldOrSplit(lease, pending)
    const limited = this.isFull(pending) || report.deltas < pending.length
    return { ...report, more: limited && (await this.pending(1)).length > 0 }
  }

  private isFull(pending: readonly Pending[]): boolean {
    const bytes = pending.reduce((sum, delta) => sum + delta.bytes, 0)
    return pending.length >= (this.options.deltas ?? DELTAS) || bytes >= this.bytes
  }

  /** Gives the lease back. */
  async release(): Promise<void> {
    const { lease } = this
    this.forget()
    this.lease = null
    if (lease !== null) await releaseLease(this.pool, lease)
  }

  private async hold(): Promise<Lease | null> {
    const nowMs = performance.now()
    if (this.lease !== null && nowMs - this.renewedMs < this.ttlMs / 3) return this.lease
    if (this.lease === null || !(await renewLease(this.pool, this.lease))) {
      this.forget()
      this.lease = await acquireLease(this.pool, LEASE, this.options.holder, this.ttlMs)
    }
    this.renewedMs = nowMs
    return this.lease
  }

  private async pending(most = this.options.deltas ?? DELTAS): Promise<Pending[]> {
    const { rows } = await this.pool.query<{ id: number | string; bytes: number }>({
      name: 'pending',
      text: PENDING,
      values: [this.options.version ?? DELTA_VERSION, most, this.bytes],
    })
    return rows.map(({ id, bytes }) => ({ id: Number(id), bytes }))
  }

  /** When data cannot be written, halves are tried, until the delta at fault stands alone and is counted as failed. */
  private async foldOrSplit(lease: Lease, pending: readonly Pending[], partitionsMade = false): Promise<FoldReport> {
    try {
      return await this.fold(lease, pending)
    } catch (error) {
      this.forget()
      this.renewedMs = -Infinity
      if (error instanceof LeaseLost) return this.lost()
      if (isPassing(error)) throw error
      if (isMissingPartition(error) && !partitionsMade) {
        await this.makePartitions()
        return this.foldOrSplit(lease, pending, true)
      }
      if (pending.length === 1) return this.fail(lease, pending[0]?.id ?? 0, error as Error)
      const middle = pending.length >>> 1
      const first = await this.foldOrSplit(lease, pending.slice(0, middle), partitionsMade)
      return sum(first, await this.foldOrSplit(lease, pending.slice(middle), partitionsMade))
    }
  }

  /** A fold that outlived its lease may have been too large: the next ones are smaller. */
  private lost(): FoldReport {
    this.lease = null
    this.bytes = Math.max(64 * 1024, this.bytes / 2)
    return { ...NOTHING, held: false }
  }

  private async fold(lease: Lease, pending: readonly Pending[]): Promise<FoldReport> {
    return this.fenced(lease, async (client) => {
      const taken = await takeDeltas(client, pending, this.options.cells ?? CELLS)
      this.book ??= await SeriesBook.load(client, this.options.budget ?? DEFAULT_BUDGET)
      this.metrics ??= await this.loadMetrics(client)
      this.windows ??= await readWindows(client)
      const plan = planFold(taken.sum.rows(), this.book)
      await this.book.insertNew(client)
      const cells = await writeCells(client, plan, this.book, this.windows)
      await writeTotals(client, plan, this.metrics, this.options.routesInTotals ?? NO_ROUTES)
      await writeLatencies(client, plan, this.windows)
      await writeTotalLatencies(client, plan, this.metrics)
      await writeSamples(client, plan, this.windows)
      await writeConsumers(client, plan, this.windows)
      await writeSources(client, plan)
      const { deltas, bytes, failed, setAside } = taken
      return { held: true, deltas, bytes, cells, failed, setAside, series: this.book.size, more: false }
    })
  }

  private loadMetrics(client: PoolClient): Promise<MetricBook> {
    const { budget = DEFAULT_BUDGET, zeroCodes = [] } = this.options
    return MetricBook.load(client, budget.metricSeries, zeroCodes)
  }

  private async fail(lease: Lease, id: number, error: Error): Promise<FoldReport> {
    return this.fenced(lease, async (client) => {
      const { rows } = await client.query<{ failed: number | string; set_aside: number | string }>(FAIL_DELTA, [
        id,
        clean(`cannot be written: ${error.message}`),
        ATTEMPTS,
      ])
      return { ...NOTHING, failed: Number(rows[0]?.failed ?? 0), setAside: Number(rows[0]?.set_aside ?? 0) }
    })
  }

  /** One transaction that commits only while the lease is held. A failed one leaves nothing, and its connection is closed. */
  private async fenced<T>(lease: Lease, work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.pool.connect()
    let broken: Error | undefined
    let xid: string | undefined
    try {
      await client.query('BEGIN')
      xid = await fence(client, lease)
      const result = await work(client)
      await this.options.beforeCommit?.()
      await holdLease(client, lease)
      await client.query('COMMIT')
      this.renewedMs = performance.now()
      return result
    } catch (error) {
      broken = error as Error
      throw error
    } finally {
      client.release(broken)
      // Where the server has not noticed that the connection is gone, it still holds the lease's row.
      if (broken !== undefined && xid !== undefined) await endTransaction(this.pool, xid)
    }
  }

  private async makePartitions(): Promise<void> {
    const { rows } = await this.pool.query<{ now_ms: number }>(
      'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now_ms',
    )
    await ensurePartitions(this.pool, rows[0]?.now_ms ?? 0, this.options.retention ?? DEFAULT_RETENTION)
  }

  private forget(): void {
    this.book = null
    this.metrics = null
    this.windows = null
  }
}

const CHECK_VIOLATION = '23514'

/** "no partition of relation … found for row": dropped since the fold looked, or not made yet. */
const isMissingPartition = (error: unknown): boolean => (error as { code?: unknown }).code === CHECK_VIOLATION

const sum = (a: FoldReport, b: FoldReport): FoldReport => ({
  held: a.held && b.held,
  deltas: a.deltas + b.deltas,
  bytes: a.bytes + b.bytes,
  cells: a.cells + b.cells,
  failed: a.failed + b.failed,
  setAside: a.setAside + b.setAside,
  series: Math.max(a.series, b.series),
  more: false,
})
