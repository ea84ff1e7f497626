import type { Envelope } from '#event'
import type { Clock } from '#platform'
import { type Journal, JournalUnavailable, type SourceDirectory } from '#store'
import type { InFlight } from './in-flight.js'
import type { Scan, Scans } from './scan.js'

/** What an intake of single records is made of. */
export interface RecordIntakeParts {
  readonly scans: Scans
  readonly journal: Pick<Journal, 'append'>
  readonly sources: Pick<SourceDirectory, 'resolve'>
  readonly clock: Pick<Clock, 'now'>
  readonly inFlight: InFlight
  /** Told of a bug: a batch that cannot be appended for no passing fault. */
  readonly report: (bug: unknown) => void
}

/** How records become batches. */
export interface RecordIntakeOptions {
  /** A batch is closed so long after its first record. */
  readonly windowMs: number
  /** Or with so many records. */
  readonly batchRecords: number
  /** Waits between attempts to append; the last is repeated for ever. */
  readonly retryMs: readonly number[]
}

const DEFAULTS: RecordIntakeOptions = { windowMs: 200, batchRecords: 5_000, retryMs: [50, 200, 1_000] }

/** Records of one source between two appends. */
interface Batch {
  readonly scan: Scan
  bytes: number
  records: number
}

/** One source with the batch that it fills. */
interface Lane {
  /** The name to count under: the sender's, or `{other}` past the budget. */
  readonly source: string
  batch: Batch | null
  timer: NodeJS.Timeout | null
  /** Records that found no room since the last batch. */
  shed: number
}

/**
 * Counts records that come one by one and are never acknowledged: syslog, Envoy's stream. They are gathered in memory and
 * appended many times a second; while the database does not answer they wait, and past the limit of bytes in flight they are
 * shed, which the ledger tells. A sender over TCP is held up before that.
 */
export class RecordIntake {
  private readonly lanes = new Map<string, Lane>()
  /** Records of sources whose names are still being looked up. */
  private readonly early = new Set<Promise<void>>()
  private readonly appends = new Set<Promise<void>>()
  private readonly options: RecordIntakeOptions
  private readonly drained: (() => void)[] = []
  private readonly stop = new AbortController()
  /** Batches that were given up. */
  private lost = 0

  constructor(
    private readonly parts: RecordIntakeParts,
    options: Partial<RecordIntakeOptions> = {},
  ) {
    this.options = { ...DEFAULTS, ...options }
  }

  /** More waits than should: a sender that can be held up should be, until `room` resolves. */
  get isCrowded(): boolean {
    return this.parts.inFlight.usedBytes >= this.parts.inFlight.limitBytes / 2
  }

  /** Resolves once there is room again. */
  async room(): Promise<void> {
    while (this.isCrowded && !this.stop.signal.aborted) await new Promise<void>((resolve) => this.drained.push(resolve))
  }

  /** Takes a record, which may be reused afterwards; shed where too much is waiting. */
  take(source: string, record: Uint8Array, envelope: Envelope | null): void {
    const lane = this.lanes.get(source)
    if (lane !== undefined) return this.put(lane, record, envelope)
    const copy = record.slice()
    const first = this.look(source).then((found) => this.put(found, copy, envelope))
    const settled = first.finally(() => this.early.delete(settled))
    this.early.add(settled)
  }

  private put(lane: Lane, record: Uint8Array, envelope: Envelope | null): void {
    if (this.parts.inFlight.full) {
      lane.shed++
      return
    }
    const batch = (lane.batch ??= this.open(lane))
    batch.scan.part(record, envelope)
    batch.bytes += record.length
    batch.records++
    this.parts.inFlight.add(record.length)
    if (batch.records >= this.options.batchRecords) this.close(lane)
  }

  /** Appends everything that was taken; resolves when it is durable. */
  async flush(): Promise<void> {
    await Promise.all(this.early)
    for (const lane of this.lanes.values()) this.close(lane)
    await Promise.all(this.appends)
  }

  /** The same at the stop, but gives up what is not durable within `deadlineMs`. Returns how many batches were given up. */
  async end(deadlineMs: number): Promise<number> {
    const timer = setTimeout(() => this.stop.abort(), deadlineMs)
    await this.flush()
    clearTimeout(timer)
    return this.lost
  }

  /** While the database cannot tell, the name stands; the folder holds every source to the budget. */
  private async look(name: string): Promise<Lane> {
    const source = await this.parts.sources.resolve(name).catch(() => name)
    const known = this.lanes.get(name)
    if (known !== undefined) return known
    const lane = { source, batch: null, timer: null, shed: 0 }
    this.lanes.set(name, lane)
    return lane
  }

  private open(lane: Lane): Batch {
    const { scans, clock } = this.parts
    lane.timer = setTimeout(() => this.close(lane), this.options.windowMs)
    const scan = scans.begin({
      source: lane.source,
      format: null,
      arrivedAtMs: clock.now(),
      replayed: false,
      delivery: 'best_effort',
    })
    return { scan, bytes: 0, records: 0 }
  }

  private close(lane: Lane): void {
    const { batch } = lane
    if (batch === null) return
    if (lane.timer !== null) clearTimeout(lane.timer)
    lane.batch = lane.timer = null
    batch.scan.shed(lane.shed)
    lane.shed = 0
    const append = this.append(batch).finally(() => this.appends.delete(append))
    this.appends.add(append)
  }

  private async append({ scan, bytes }: Batch): Promise<void> {
    scan.end()
    const sealed = scan.seal(null, null)
    try {
      if (!(await this.untilDurable(() => this.parts.journal.append([sealed])))) this.lost++
    } catch (bug) {
      this.lost++
      this.parts.report(bug)
    } finally {
      scan.release()
      this.parts.inFlight.remove(bytes)
      for (const resolve of this.drained.splice(0)) resolve()
    }
  }

  /** False: the stop came first. */
  private async untilDurable(append: () => Promise<unknown>): Promise<boolean> {
    const { retryMs } = this.options
    for (let attempt = 0; ; attempt++) {
      try {
        await append()
        return true
      } catch (error) {
        if (!(error instanceof JournalUnavailable)) throw error
      }
      if (this.stop.signal.aborted) return false
      await pause(retryMs[Math.min(attempt, retryMs.length - 1)] ?? 1_000, this.stop.signal)
    }
  }
}

/** Waits, at most until the signal. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}
