import type { BatchKey, FileSpan, SealedBatch } from '#delta'
import type { Envelope } from '#event'
import type { BodyDigest } from '../batch-key.js'
import { giveBack } from '../give-back.js'
import { deliveryOf } from '../scan-pool.js'
import type { BodyScan, Scan, ScanOrder } from '../scan.js'
import type { ScanThread, ThreadTally } from './scan-thread.js'
import type { ReadBody } from './thread-talk.js'

/** Where a body may be scanned. */
export interface ScanPlaces {
  here(order: ScanOrder): Scan
  /** Null: there is none. */
  thread(): ScanThread | null
}

/**
 * A body whose first chunk waits for a second: one that has no more is scanned here, because a way to another thread and back takes
 * longer than it; of others nothing is read on this thread.
 */
export class ChunkedScan implements BodyScan {
  readonly hashes = true
  readonly mayAskAgain = false
  private first: { readonly chunk: Buffer; readonly isOwned: boolean } | null = null
  private near: Scan | null = null
  private away: { readonly thread: ScanThread; readonly body: number } | null = null
  private read: ReadBody | null = null
  private isOpen = true

  constructor(
    private readonly order: ScanOrder,
    private readonly digest: BodyDigest | null,
    private readonly places: ScanPlaces,
  ) {}

  get room(): Promise<void> | null {
    return this.away?.thread.room ?? null
  }

  get heldBytes(): number {
    if (this.away !== null) return this.away.thread.heldBytes(this.away.body)
    return this.near?.heldBytes ?? this.first?.chunk.length ?? 0
  }

  push(chunk: Buffer, isOwned: boolean): boolean {
    if (this.near !== null) return this.pushHere(this.near, chunk)
    const { first } = this
    this.first = null
    if (this.away === null) {
      if (first === null) {
        this.first = { chunk, isOwned }
        return true
      }
      const thread = this.places.thread()
      if (thread === null) {
        this.pushHere(this.beginHere(), first.chunk)
        return this.push(chunk, isOwned)
      }
      this.away = { thread, body: thread.begin(this.order, this.digest) }
      this.pushAway(first.chunk, first.isOwned)
    }
    return this.pushAway(chunk, isOwned)
  }

  private pushAway(chunk: Buffer, isOwned: boolean): true {
    this.away?.thread.push(this.away.body, chunk, isOwned)
    return true
  }

  /** Where it is still to be hashed it is still needed. */
  private pushHere(scan: Scan, chunk: Buffer): boolean {
    scan.push(chunk)
    return this.digest?.update(chunk) === false
  }

  private beginHere(): Scan {
    return (this.near = this.places.here(this.order))
  }

  /** Doors that take records out of their wrapping, or shed them, do not send chunks. */
  part(bytes: Uint8Array, envelope: Envelope | null): void {
    this.scanHere().part(bytes, envelope)
  }

  shed(records: number): void {
    this.scanHere().shed(records)
  }

  private scanHere(): Scan {
    if (this.near !== null) return this.near
    const { first } = this
    this.first = null
    const scan = this.beginHere()
    if (first === null) return scan
    const isNeeded = this.pushHere(scan, first.chunk)
    if (first.isOwned && !isNeeded) giveBack(first.chunk)
    return scan
  }

  end(): boolean | Promise<boolean> {
    return this.away === null ? this.scanHere().end() : this.endAway(this.away)
  }

  private async endAway({ thread, body }: NonNullable<typeof this.away>): Promise<boolean> {
    this.isOpen = false
    const read = await thread.endOf(body)
    this.read = read
    if (read.digest !== null) this.digest?.tell(read.digest)
    return read.isReadable
  }

  get ledger(): BodyScan['ledger'] {
    return (this.read ?? this.scanHere()).ledger
  }

  get errors(): BodyScan['errors'] {
    return (this.read ?? this.scanHere()).errors
  }

  get identifiable(): boolean {
    return (this.read ?? this.scanHere()).identifiable
  }

  seal(key: BatchKey | null, file: FileSpan | null): SealedBatch {
    const { away, read, order } = this
    if (away === null || read === null) return this.scanHere().seal(key, file)
    const { source, arrivedAtMs, replayed } = order
    const { ledger, format, rejects, seriesCount } = read
    const tally: ThreadTally = {
      place: away.thread,
      body: away.body,
      seriesCount,
      delivery: deliveryOf(order, key, file),
    }
    return { source, arrivedAtMs, key, file, replayed, ledger, tally, rejects, format }
  }

  release(): void {
    this.first = null
    this.near?.release()
    this.away?.thread.release(this.away.body, this.isOpen)
    this.isOpen = false
  }
}
