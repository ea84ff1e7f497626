import type { SealedBatch } from '#delta'
import { FairQueue } from './append/fair-queue.js'
import { Journal, JournalUnavailable, type AppendResult } from './journal.js'

export interface GroupedJournalOptions {
  /** Commits under way at the same time; default 2. */
  readonly commits?: number
  /** Most batches in one commit; default 512. */
  readonly groupBatches?: number
  /** Most events in one commit; default 500,000. */
  readonly groupEvents?: number
  /** Batches that may wait; one more is refused at once. Default 10,000. */
  readonly queueBatches?: number
  /** Events that may wait; default 4,000,000. */
  readonly queueEvents?: number
  /** A batch whose commit has not begun after this time is refused, and never written; default 4,000 ms. */
  readonly queueMs?: number
  /** Called after every durable group, e.g. to wake the fold. */
  readonly appended?: () => void
}

interface Waiting {
  readonly batch: SealedBatch
  readonly sinceMs: number
  readonly resolve: (result: AppendResult) => void
  readonly reject: (error: unknown) => void
}

/**
 * A further commit begins beside one under way when as many batches have come as that one holds, or after so long. A commit costs
 * as much for one batch as for twenty: of 64 senders with one event each, two commits take 24 at a time and not 17, and Postgres
 * needs a sixth less CPU time.
 */
const COMPANY_MS = 10

/** How often the queue is looked through for batches that have waited too long, as a share of that time. */
const LOOKS = 16

/**
 * Group commit: batches that arrive while commits are under way go into the next one together. Where none is under way there is no
 * waiting for company; a window of 0 ms measured as fast as one of 50 ms, because commits queue by themselves. Sources take turns, so that a busy one
 * cannot keep the others waiting. A batch that cannot be written fails alone. Behind a database that does not answer, the queue
 * empties itself: its senders are told to come again while nothing of theirs can be counted any more.
 */
export class GroupedJournal extends Journal {
  private readonly queue: FairQueue<Waiting>
  private readonly limits: Required<Omit<GroupedJournalOptions, 'appended'>>
  private sweep: NodeJS.Timeout | null = null
  private underWay = 0
  /** The commit that began last. */
  private newest = { batches: 0, beganMs: 0 }
  private company: NodeJS.Timeout | null = null
  private closing = false
  private idle: (() => void)[] = []

  constructor(
    private readonly inner: Journal,
    private readonly options: GroupedJournalOptions = {},
  ) {
    super()
    this.limits = {
      commits: options.commits ?? 2,
      groupBatches: options.groupBatches ?? 512,
      groupEvents: options.groupEvents ?? 500_000,
      queueBatches: options.queueBatches ?? 10_000,
      queueEvents: options.queueEvents ?? 4_000_000,
      queueMs: options.queueMs ?? 4_000,
    }
    this.queue = new FairQueue()
  }

  /** Rejects with `JournalUnavailable` at once when the queue is full or closed, and when the wait for a commit is too long. Each batch is judged on its own. */
  override append(batches: readonly SealedBatch[]): Promise<AppendResult[]> {
    const refusal = this.refusalOf(batches)
    if (refusal !== null) return Promise.reject(refusal)
    const sinceMs = performance.now()
    const [only] = batches
    const results =
      only !== undefined && batches.length === 1
        ? this.enqueue(only, sinceMs, (result) => [result])
        : Promise.all(batches.map((batch) => this.enqueue(batch, sinceMs, (result) => result)))
    this.pump()
    return results
  }

  private refusalOf(batches: readonly SealedBatch[]): JournalUnavailable | null {
    if (this.closing) return new JournalUnavailable('the journal is closing')
    if (this.queue.length === 0) return null
    let events = 0
    for (const batch of batches) events += weight(batch)
    const full =
      this.queue.length + batches.length > this.limits.queueBatches ||
      this.queue.weight + events > this.limits.queueEvents
    return full ? new JournalUnavailable(`${this.queue.length} batches are waiting already`) : null
  }

  private enqueue<T>(batch: SealedBatch, sinceMs: number, told: (result: AppendResult) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (result: AppendResult): void => resolve(told(result))
      this.queue.push(batch.source, weight(batch), { batch, sinceMs, resolve: settle, reject })
    })
  }

  override file(fingerprint: Uint8Array): Promise<{ readonly end: number; readonly tail: Uint8Array } | null> {
    return this.inner.file(fingerprint)
  }

  /** How much is waiting and how much may, for metrics. */
  waiting(): { batches: number; batchesLimit: number; events: number; eventsLimit: number; commits: number } {
    const { queueBatches, queueEvents } = this.limits
    const { length, weight } = this.queue
    return {
      batches: length,
      batchesLimit: queueBatches,
      events: weight,
      eventsLimit: queueEvents,
      commits: this.underWay,
    }
  }

  /** Takes no more batches; resolves when every batch taken has its answer. */
  async close(): Promise<void> {
    this.closing = true
    if (this.underWay > 0) await new Promise<void>((resolve) => this.idle.push(resolve))
  }

  private pump(): void {
    while (this.mayBegin()) this.begin(this.queue.take(this.limits.groupBatches, this.limits.groupEvents))
    if (this.queue.length === 0) return
    this.sweep ??= setInterval(() => this.expire(), this.limits.queueMs / LOOKS)
    if (this.underWay < this.limits.commits) this.company ??= setTimeout(this.endCompany, COMPANY_MS)
  }

  private mayBegin(): boolean {
    if (this.queue.length === 0 || this.underWay >= this.limits.commits) return false
    const { batches, beganMs } = this.newest
    return this.underWay === 0 || this.queue.length >= batches || performance.now() - beganMs >= COMPANY_MS
  }

  private begin(group: readonly Waiting[]): void {
    this.newest = { batches: group.length, beganMs: performance.now() }
    this.underWay++
    void this.commit(group).finally(() => {
      this.underWay--
      this.pump()
      if (this.underWay === 0) for (const resolve of this.idle.splice(0)) resolve()
    })
  }

  private readonly endCompany = (): void => {
    this.company = null
    this.pump()
  }

  private expire(): void {
    const { queueMs } = this.limits
    const overMs = performance.now() - queueMs
    for (const { reject } of this.queue.expire(({ sinceMs }) => sinceMs <= overMs))
      reject(new JournalUnavailable(`no commit could begin within ${queueMs} ms`))
    if (this.queue.length > 0 || this.sweep === null) return
    clearInterval(this.sweep)
    this.sweep = null
  }

  private async commit(group: readonly Waiting[]): Promise<void> {
    try {
      const results = await this.inner.append(group.map((waiting) => waiting.batch))
      this.options.appended?.()
      group.forEach((waiting, position) => {
        const result = results[position]
        if (result === undefined) waiting.reject(new Error('the journal gave no answer for a batch'))
        else waiting.resolve(result)
      })
    } catch (error) {
      await this.failed(group, error)
    }
  }

  /** Nothing of the group is written. Data at fault are found by halving, so that only they fail. */
  private async failed(group: readonly Waiting[], error: unknown): Promise<void> {
    if (error instanceof JournalUnavailable || group.length <= 1) {
      for (const waiting of group) waiting.reject(error)
      return
    }
    const middle = group.length >>> 1
    await this.commit(group.slice(0, middle))
    await this.commit(group.slice(middle))
  }
}

/** Events of a batch; an empty one still costs a little. */
const weight = (batch: SealedBatch): number => 1 + batch.ledger.received
