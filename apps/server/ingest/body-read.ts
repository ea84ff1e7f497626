import type { IncomingMessage } from 'node:http'
import type { ErrorCode, ErrorDetails } from '../http/errors.js'
import { Refusal } from '../http/refusal.js'
import { giveBack } from './give-back.js'
import {
  brokenBy,
  createDecompressor,
  decompressorBytes,
  sniffEncoding,
  SNIFF_BYTES,
  type Decompressor,
  type Encoding,
} from './decoder.js'

/** Limits of one body; a limit reached while streaming ends the read at once. */
export interface BodyLimits {
  /** As sent. */
  readonly compressedBytes: number
  /** After decompression. */
  readonly decodedBytes: number
  /** Longest time without a byte; after it, the mean rate counts as well. */
  readonly slowSeconds: number
  /** Slowest mean rate. */
  readonly minBytesPerSecond: number
}

/** How the read of a body ended, with its bytes as sent. Only `read` bodies may be counted. */
export type BodyOutcome =
  | { readonly result: 'read'; readonly bytes: number }
  | { readonly result: 'refused'; readonly refusal: Refusal; readonly bytes: number }
  /** The sender went away. */
  | { readonly result: 'aborted'; readonly bytes: number }

/**
 * Streams one request body, decompressed, into `consume`, chunk by chunk without copying; it never holds the body. A chunk is given
 * back unless `consume` answers that it is still needed.
 */
export class BodyRead {
  receivedBytes = 0
  decodedBytes = 0
  private held: Buffer | null = null
  private encoding: Encoding | null = null
  private engine: Decompressor | null = null
  private ended = false
  private feeding = false
  private settle: ((outcome: BodyOutcome) => void) | null = null
  private fail: ((bug: unknown) => void) | null = null
  private seconds = 0
  private secondsIdle = 0
  private bytesAtTick = 0
  private isSlow = false

  constructor(
    private readonly raw: IncomingMessage,
    private readonly labelled: Encoding,
    private readonly limits: BodyLimits,
    /**
     * `isOwned`: nobody else has this memory, so that it may be given away; then the answer is that it is still needed. May throw
     * a `Refusal`.
     */
    private readonly consume: (chunk: Buffer, isOwned: boolean) => boolean,
    /** Asked behind every chunk: set, nothing more is read until it resolves. */
    private readonly room: () => Promise<void> | null = () => null,
    /** Told once, where the body waits for its sender rather than for us. */
    private readonly slow: () => void = () => undefined,
  ) {}

  /** Memory that decompressing takes. */
  get heldBytes(): number {
    return this.encoding === null ? 0 : decompressorBytes(this.encoding, this.decodedBytes)
  }

  /** Resolves when the body is read, refused or given up; rejects only when `consume` throws something else, which is a bug. */
  run(): Promise<BodyOutcome> {
    if (Number(this.raw.headers['content-length']) > this.limits.compressedBytes)
      return Promise.resolve(this.refused('body_too_large', { limit: this.limits.compressedBytes, when: 'as sent' }))
    return new Promise((resolve, reject) => {
      this.settle = resolve
      this.fail = reject
      if (this.raw.destroyed && !this.raw.readableEnded) return this.finish(this.aborted())
      this.raw.on('data', this.onData).on('end', this.onEnd).on('error', this.onGone).on('close', this.onGone)
    })
  }

  /** Called once a second: refuses a body that makes no progress, or too little. */
  tick(): void {
    this.seconds++
    const working = this.raw.isPaused()
    this.secondsIdle = working || this.receivedBytes > this.bytesAtTick ? 0 : this.secondsIdle + 1
    this.bytesAtTick = this.receivedBytes
    const idle = this.secondsIdle >= this.limits.slowSeconds
    const trickle =
      this.seconds >= this.limits.slowSeconds && this.receivedBytes < this.seconds * this.limits.minBytesPerSecond
    if (idle || (trickle && !working && !this.ended)) this.finish(this.refused('slow_body'))
  }

  /**
   * Called when every connection was looked at after a tick: a body of more than a second that has brought nothing then has nothing more
   * here, however busy the process is.
   */
  look(): void {
    if (this.isSlow || this.seconds < 2 || this.receivedBytes > this.bytesAtTick || this.raw.isPaused()) return
    this.isSlow = true
    this.slow()
  }

  private readonly onData = (chunk: Buffer): void => {
    this.receivedBytes += chunk.length
    if (this.receivedBytes > this.limits.compressedBytes)
      return this.finish(this.refused('body_too_large', { limit: this.limits.compressedBytes, when: 'as sent' }))
    if (this.encoding !== null) return this.forward(chunk)
    const head: Buffer = this.held === null ? chunk : Buffer.concat([this.held, chunk])
    const unsure = head.length < SNIFF_BYTES && (this.labelled !== 'identity' || head[0] === 0x1f)
    this.held = unsure ? head : null
    if (!unsure) this.begin(head)
  }

  private begin(head: Buffer): void {
    this.encoding = sniffEncoding(this.labelled, head)
    if (this.encoding !== 'identity') this.startEngine(head)
    this.forward(head)
  }

  private forward(chunk: Buffer): void {
    if (this.engine === null) this.take(chunk)
    else this.inflate(chunk)
  }

  private take(chunk: Buffer): void {
    if (this.settle === null) return
    this.decodedBytes += chunk.length
    if (this.decodedBytes > this.limits.decodedBytes)
      return this.finish(this.refused('body_too_large', { limit: this.limits.decodedBytes, when: 'when decompressed' }))
    try {
      // What a decompressor hands out is a part of its own memory.
      const isOwned = this.engine === null
      const isNeeded = this.consume(chunk, isOwned)
      if (!isNeeded && isOwned) giveBack(chunk)
      const room = this.room()
      if (room !== null) this.holdUp(room)
    } catch (thrown) {
      if (thrown instanceof Refusal)
        return this.finish({ result: 'refused', refusal: thrown, bytes: this.receivedBytes })
      this.detach()
      this.fail?.(thrown)
    }
  }

  /** A decompressor that is held up holds up what feeds it. */
  private holdUp(room: Promise<void>): void {
    const stream = this.engine ?? this.raw
    stream.pause()
    void this.resumeAfter(room, stream)
  }

  private async resumeAfter(room: Promise<void>, stream: Decompressor | IncomingMessage): Promise<void> {
    await room
    if (this.settle !== null) stream.resume()
  }

  private startEngine(head: Buffer): void {
    const engine = createDecompressor(this.encoding as Exclude<Encoding, 'identity'>, head)
    this.engine = engine
    engine.on('data', (chunk: Buffer) => this.take(chunk))
    engine.on('error', (error: NodeJS.ErrnoException) => this.onBroken(engine, error))
  }

  /** One chunk at a time, so that what the engine left over is known: Node's zstd stops silently after one frame. */
  private inflate(chunk: Buffer): void {
    const engine = this.engine
    if (engine === null) return
    this.raw.pause()
    this.feeding = true
    const before = engine.bytesWritten
    let answered = false
    const onFed = (): void => {
      if (answered) return
      answered = true
      engine.off('end', onFed)
      this.fed(engine, chunk, engine.bytesWritten - before)
    }
    // An engine that met the end of its stream says so before it calls back.
    engine.once('end', onFed)
    engine.write(chunk, onFed)
  }

  private fed(engine: Decompressor, chunk: Buffer, consumed: number): void {
    this.feeding = false
    if (this.settle === null) return
    if (consumed === chunk.length) return this.ended ? this.close() : void this.raw.resume()
    const rest = chunk.subarray(consumed)
    // Only zstd may go on with another frame (gzip's members are read by one engine).
    if (this.encoding !== 'zstd' || consumed === 0)
      return this.finish(this.refused('bad_compression', { encoding: this.encoding ?? '' }))
    engine.on('error', ignore).destroy()
    this.startEngine(rest)
    this.inflate(rest)
  }

  /** A paused body still tells its end, so the engine may be busy with the last chunk. */
  private readonly onEnd = (): void => {
    this.ended = true
    if (this.held !== null) this.begin(this.held)
    if (!this.feeding) this.close()
  }

  private close(): void {
    if (this.engine === null) return this.complete()
    if (this.engine.readableEnded) return this.complete()
    this.engine.once('end', () => this.complete())
    this.engine.end()
  }

  private onBroken(engine: Decompressor, error: NodeJS.ErrnoException): void {
    if (engine !== this.engine) return
    const code = error.code === 'Z_BUF_ERROR' ? 'truncated_body' : 'bad_compression'
    this.finish(this.refused(code, { encoding: brokenBy(this.encoding ?? 'identity', error) }))
  }

  private readonly onGone = (): void => {
    if (!this.ended) this.finish(this.aborted())
  }

  private complete(): void {
    this.finish({ result: 'read', bytes: this.receivedBytes })
  }

  private refused(code: ErrorCode, details: ErrorDetails = {}): BodyOutcome {
    return { result: 'refused', refusal: new Refusal(code, details), bytes: this.receivedBytes }
  }

  private aborted(): BodyOutcome {
    return { result: 'aborted', bytes: this.receivedBytes }
  }

  private finish(outcome: BodyOutcome): void {
    const settle = this.settle
    this.detach()
    settle?.(outcome)
  }

  private detach(): void {
    this.settle = null
    this.raw.off('data', this.onData).off('end', this.onEnd).off('error', this.onGone).off('close', this.onGone)
    // A late reset must not become an uncaught error.
    this.raw.on('error', ignore)
    this.engine?.on('error', ignore).destroy()
  }
}

function ignore(): void {}
