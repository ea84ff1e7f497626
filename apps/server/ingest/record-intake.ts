import { randomBytes } from 'node:crypto'
import type { BatchKey } from '#delta'
import type { Envelope } from '#event'
import type { Clock } from '#platform'
import { type Journal, JournalUnavailable, type SourceDirectory } from '#store'
import { EarlyRecords } from './early-records.js'
import type { InFlight } from './in-flight.js'
import { RecordLane, type RecordBatch, type RecordWindow } from './record-lane.js'
import type { Scans } from './scan.js'

/** What an intake of single records is made of. */
export interface RecordIntakeParts {
  readonly scans: Scans
  readonly journal: Pick<Journal, 'append'>
  readonly sources: Pick<SourceDirectory, 'resolve'>
  readonly clock: Pick<Clock, 'now'>
  readonly inFlight: InFlight
  /** Told of a bug: records that cannot be counted for no passing fault. */
  readonly report: (bug: unknown) => void
}

/** How records are gathered, and how long is waited between attempts to append them. */
export interface RecordIntakeOptions extends RecordWindow {
  /** The last is repeated for ever. */
  readonly retryMs: readonly number[]
}

const DEFAULTS: RecordIntakeOptions = {
  windowMs: 200,
  longestWindowMs: 60_000,
  batchRecords: 5_000,
  retryMs: [50, 200, 1_000],
}
/** More than the bodies of one source may hold, so that no such source holds up connections. */
const CROWDED_SHARE = 0.75
/** Others than this intake hold bytes in flight too, and do not say when they let go. */
const LOOK_AGAIN_MS = 100

/**
 * Counts records that come one by one and are never acknowledged: syslog, Envoy's stream. They are gathered in memory and
 * appended many times a second; while the database does not answer they wait, and past the limit of bytes in flight they are
 * shed, which the ledger tells. A sender over TCP is held up before that.
 */
export class RecordIntake {
  private readonly lanes = new Map<string, RecordLane>()
  /** By the name that is being looked up. */
  private readonly early = new Map<string, EarlyRecords>()
  private readonly lookups = new Set<Promise<void>>()
  private readonly appends = new Set<Promise<void>>()
  private readonly options: RecordIntakeOptions
  private readonly drained = new Set<() => void>()
  private readonly stop = new AbortController()
  /** Records that were taken and are not durable. */
  private waiting = 0

  constructor(
    private readonly parts: RecordIntakeParts,
    options: Partial<RecordIntakeOptions> = {},
  ) {
    this.options = { ...DEFAULTS, ...options }
  }

  /** More waits than should: a sender that can be held up should be, until `room` resolves. */
  get isCrowded(): boolean {
    const { usedBytes, limitBytes } = this.parts.inFlight
    return usedBytes >= CROWDED_SHARE * limitBytes
  }

  /** Resolves once there is room again, or at the stop. */
  async room(): Promise<void> {
    while (this.isCrowded && !this.stop.signal.aborted) await this.change()
  }

  /** Takes a record, which may be reused afterwards; shed where too much is waiting. Never throws. */
  take(source: string, record: Uint8Array, envelope: Envelope | null): void {
    this.waiting++
    const lane = this.lanes.get(source)
    if (lane !== undefined) return this.put(lane, record, envelope)
    const early = this.early.get(source) ?? this.begin(source)
    if (early.put(record, envelope) === 'shed') this.waiting--
  }

  /** Appends everything that was taken; resolves when it is durable. */
  async flush(): Promise<void> {
    await Promise.all(this.lookups)
    for (const lane of this.lanes.values()) lane.close()
    await Promise.all(this.appends)
  }

  /** The same at the stop, but gives up what is not durable within `deadlineMs`. Returns how many records were given up. */
  async end(deadlineMs: number): Promise<number> {
    const timer = setTimeout(() => this.stop.abort(), deadlineMs)
    await orStopped(this.flush(), this.stop.signal)
    clearTimeout(timer)
    this.stop.abort()
    return this.waiting
  }

  private put(lane: RecordLane, record: Uint8Array, envelope: Envelope | null): void {
    this.guarded(() => {
      if (lane.put(record, envelope) === 'shed') this.waiting--
    })
  }

  private guarded(work: () => void): void {
    try {
      work()
    } catch (bug) {
      this.parts.report(bug)
    }
  }

  /** What comes under a name that is new waits until it is looked up. */
  private begin(name: string): EarlyRecords {
    const early = new EarlyRecords(this.parts.inFlight)
    this.early.set(name, early)
    const lookup = this.look(name, early).finally(() => this.lookups.delete(lookup))
    this.lookups.add(lookup)
    return early
  }

  /** While the database cannot tell, the name stands; the folder holds every source to the budget. */
  private async look(name: string, early: EarlyRecords): Promise<void> {
    const source = await Promise.resolve(this.parts.sources.resolve(name)).catch(() => name)
    const lane = this.laneOf(source, name)
    this.lanes.set(name, lane)
    this.early.delete(name)
    early.drain((record, envelope) => this.put(lane, record, envelope))
    if (early.shed > 0) this.guarded(() => lane.shed(early.shed))
  }

  private laneOf(source: string, named: string): RecordLane {
    return new RecordLane({
      window: this.options,
      inFlight: this.parts.inFlight,
      begin: () =>
        this.parts.scans.begin({
          source,
          named,
          format: null,
          arrivedAtMs: this.parts.clock.now(),
          replayed: false,
          delivery: 'best_effort',
        }),
      append: (batch) => this.append(batch),
    })
  }

  private append(batch: RecordBatch): Promise<void> {
    const append = this.makeDurable(batch).finally(() => this.appends.delete(append))
    this.appends.add(append)
    return append
  }

  private async makeDurable({ scan, bytes, records, shed }: RecordBatch): Promise<void> {
    try {
      scan.shed(shed)
      scan.end()
      const sealed = scan.seal(ownKey(), null)
      if (await this.untilDurable(() => this.parts.journal.append([sealed]))) this.waiting -= records
    } catch (bug) {
      this.parts.report(bug)
    } finally {
      scan.release()
      this.parts.inFlight.remove(bytes)
      for (const resolve of this.drained) resolve()
    }
  }

  /** False: the stop came first. */
  private async untilDurable(append: () => Promise<unknown>): Promise<boolean> {
    const { retryMs } = this.options
    const { signal } = this.stop
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        return await orStopped(append(), signal)
      } catch (error) {
        if (!(error instanceof JournalUnavailable)) throw error
      }
      await pause(retryMs[Math.min(attempt, retryMs.length - 1)] ?? LOOK_AGAIN_MS, signal)
    }
    return false
  }

  /** Resolves when a batch let its bytes go, or soon. */
  private async change(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, LOOK_AGAIN_MS)
      const { drained } = this
      drained.add(done)
      function done(): void {
        clearTimeout(timer)
        drained.delete(done)
        resolve()
      }
    })
  }
}

/** A key that no other batch has: one whose commit nobody can tell the fate of is appended again, and must not count twice. */
function ownKey(): BatchKey {
  const id = randomBytes(32)
  return { id, body: id, kind: 'request_id', shortLived: true }
}

/** Waits for the work, at most until the signal; tells whether it is done, and rejects as the work does. */
function orStopped(work: Promise<unknown>, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const stop = (): void => resolve(false)
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
    void work.then(() => resolve(true), reject).finally(() => signal.removeEventListener('abort', stop))
  })
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
