import type { AwayTally, SealedBatch, SegmentBytes, TallyPlace } from '#delta'
import type { BodyDigest } from '../batch-key.js'
import { ownBytes } from '../give-back.js'
import type { ScanOrder } from '../scan.js'
import { LostScan } from './lost-scan.js'
import type { ReadBody, ThreadNews, ThreadOrder } from './thread-talk.js'

/** As much of a thread as is used here. */
export interface Thread {
  on(event: 'message', listener: (news: ThreadNews) => void): unknown
  on(event: 'error', listener: (error: unknown) => void): unknown
  on(event: 'exit', listener: (code: number) => void): unknown
  postMessage(order: ThreadOrder, transfer?: ArrayBuffer[]): void
  terminate(): Promise<number>
}

/** A tally on the thread, by the number of its body. */
export interface ThreadTally extends AwayTally {
  readonly body: number
}

/** Bytes that may wait to be scanned by one thread; beyond them senders are held up until half of them are scanned. */
const WAITING_BYTES = 4 << 20
/** A body that is open will bring about so much more. */
const OPEN_BYTES = 128 * 1024

/** One thread from its beginning to its end. Whatever is asked of it afterwards fails with `LostScan`. */
export class ScanThread implements TallyPlace {
  private readonly ends = new Map<number, PromiseWithResolvers<ReadBody>>()
  private readonly encodings = new Map<number, PromiseWithResolvers<SegmentBytes>>()
  /** Memory of bodies as the thread told it last. */
  private readonly held = new Map<number, number>()
  /** Of bodies that have not ended. */
  private readonly failures = new Map<number, unknown>()
  private open = 0
  private sentBytes = 0
  private scannedBytes = 0
  private numbers = 0
  private isGone = false
  private free: PromiseWithResolvers<void> | null = null

  constructor(private readonly thread: Thread) {
    thread.on('message', (news) => this.hear(news))
    thread.on('exit', () => this.end())
  }

  get isAlive(): boolean {
    return !this.isGone
  }

  /** Bytes that wait, and that are expected. */
  get load(): number {
    return this.sentBytes - this.scannedBytes + this.open * OPEN_BYTES
  }

  /** Set while too much is waiting. */
  get room(): Promise<void> | null {
    if (this.isGone || (this.free === null && this.sentBytes - this.scannedBytes < WAITING_BYTES)) return null
    return (this.free ??= Promise.withResolvers<void>()).promise
  }

  /** Begins a body and returns its number. */
  begin(scan: ScanOrder, digest: BodyDigest | null): number {
    const body = this.numbers++
    const prefix = digest === null ? null : { source: digest.source, format: digest.format }
    this.open++
    this.held.set(body, 0)
    this.post({ order: 'begin', body, scan, digest: prefix })
    return body
  }

  /** Bytes of memory that the thread holds for a body, as it told last. */
  heldBytes(body: number): number {
    return this.held.get(body) ?? 0
  }

  /** Hands over the next bytes; an owned chunk is empty afterwards. */
  push(body: number, chunk: Buffer, isOwned: boolean): void {
    if (this.isGone) return
    const own = isOwned ? ownBytes(chunk) : null
    const bytes = own ?? new Uint8Array(chunk)
    this.sentBytes += bytes.length
    this.post({ order: 'push', body, chunk: bytes }, [bytes.buffer])
  }

  /** What the body came to. */
  async endOf(body: number): Promise<ReadBody> {
    this.open--
    if (this.isGone) throw new LostScan()
    if (this.failures.has(body)) throw this.failures.get(body)
    const answer = Promise.withResolvers<ReadBody>()
    this.ends.set(body, answer)
    this.post({ order: 'end', body })
    return answer.promise
  }

  /** `isOpen`: its end was not asked for. */
  release(body: number, isOpen: boolean): void {
    if (isOpen) this.open--
    this.failures.delete(body)
    this.held.delete(body)
    this.post({ order: 'release', body })
  }

  async segments(batches: readonly SealedBatch<AwayTally>[]): Promise<SegmentBytes> {
    if (this.isGone) throw new LostScan()
    const request = this.numbers++
    const answer = Promise.withResolvers<SegmentBytes>()
    this.encodings.set(request, answer)
    const bodies = batches.map(({ tally }) => ({ body: (tally as ThreadTally).body, delivery: tally.delivery }))
    this.post({ order: 'encode', request, bodies })
    return answer.promise
  }

  /** Ends the thread at once. */
  async stop(): Promise<void> {
    await this.thread.terminate()
  }

  private post(order: ThreadOrder, transfer?: ArrayBuffer[]): void {
    if (!this.isGone) this.thread.postMessage(order, transfer)
  }

  private hear(news: ThreadNews): void {
    this.scannedBytes = news.scannedBytes
    if (this.free !== null && this.sentBytes - this.scannedBytes < WAITING_BYTES / 2) this.freeRoom()
    switch (news.news) {
      case 'grew':
        // What was released meanwhile is not known any more.
        if (this.held.has(news.body)) this.held.set(news.body, news.heldBytes)
        return
      case 'ended':
        return settle(this.ends, news.body)?.resolve(news.read)
      case 'failed': {
        const answer = settle(this.ends, news.body)
        if (answer === undefined) this.failures.set(news.body, news.error)
        return answer?.reject(news.error)
      }
      case 'encoded':
        return settle(this.encodings, news.request)?.resolve(news.segments)
      case 'not_encoded':
        return settle(this.encodings, news.request)?.reject(news.error)
    }
  }

  private end(): void {
    this.isGone = true
    this.freeRoom()
    for (const answers of [this.ends, this.encodings]) {
      for (const answer of answers.values()) answer.reject(new LostScan())
      answers.clear()
    }
  }

  private freeRoom(): void {
    this.free?.resolve()
    this.free = null
  }
}

function settle<T>(answers: Map<number, T>, number: number): T | undefined {
  const answer = answers.get(number)
  answers.delete(number)
  return answer
}
