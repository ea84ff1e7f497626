import { BatchSize } from './batch-size.js'
import type { OpenContent } from './content.js'
import { TAIL_BYTES, identify, tailOf, type FileIdentity, type Position } from './file-identity.js'
import type { Progress } from './progress.js'
import type { BatchReply, Sender } from './sender.js'

/** What the files of a shipment have in common. */
export interface Shipping {
  readonly sender: Pick<Sender, 'lookUp' | 'sendSpan'>
  readonly progress: Progress
  readonly signal: AbortSignal
}

/** A line longer than this is sent in pieces; the server rejects it as too long in any case. */
const LONGEST_LINE_BYTES = 8 * 1024 * 1024
const NEWLINE = 10

/** Sends one open file, from where the server's memory of it ends. */
export class ShippedFile {
  private readonly size = new BatchSize()
  /** Null before something of what the file now holds can be sent. */
  private position: Position | null = null

  constructor(
    /** How sentences name it. */
    private readonly name: string,
    private readonly content: OpenContent,
    private readonly shipping: Shipping,
  ) {}

  /** Whether the server took any of it before. */
  async isKnown(): Promise<boolean> {
    const found = await this.identified()
    if (found.end === 0) return false
    this.position = found
    this.shipping.progress.skip(found.end)
    return true
  }

  /** Whether the server knows a longer file that begins like this one, and not this one. */
  async mayBeBeginning(): Promise<boolean> {
    return this.position === null && (await this.identified()).mayBeBeginning === true
  }

  /** How many bytes follow what the server took; up to `most`. */
  async unsentBytes(most = LONGEST_LINE_BYTES): Promise<number> {
    return (await this.content.read(this.position?.end ?? 0, most)).length
  }

  /**
   * Sends to the present end. An unfinished last line waits unless `final`. What was truncated or written over meanwhile is a
   * new file. Where it cannot be read on, throws after the server has taken all lines before.
   */
  async drain(final: boolean): Promise<void> {
    let last = null as SentSpan | null
    for (;;) {
      this.shipping.signal.throwIfAborted()
      const begin: Position | null = last?.to ?? this.position
      const { body, isReplaced, failure } = await this.ahead(begin, final)
      if (last === null && failure !== null) throw failure
      if (begin === null) {
        if (body.length === 0) return
        this.position = await this.locate()
        continue
      }
      await last?.mayBeFollowed
      const next: SentSpan | null = body.length === 0 || isReplaced ? null : this.send(begin, body)
      if (last !== null && !(await this.isTaken(last))) {
        // Somebody else went on with a file that began as this one, or with this very file: find out which.
        await next?.reply
        this.position = await this.locate(this.position?.end)
        last = null
        continue
      }
      if (failure !== null) throw failure
      if (next === null && !isReplaced) break
      if (isReplaced) this.position = null
      last = next
    }
    // A name that was never sent says nothing about what comes next.
    if (this.position?.end === 0) this.position = null
  }

  /** What is to be sent next. A failure is a value, because what was sent before is still to be waited for. */
  private async ahead(begin: Position | null, final: boolean): Promise<Ahead> {
    try {
      const body = await this.nextBatch(begin?.end ?? 0, final)
      return { body, isReplaced: begin !== null && !(await this.holds(begin)), failure: null }
    } catch (failure) {
      return { body: EMPTY, isReplaced: false, failure: failure as Error }
    }
  }

  private async isTaken(span: SentSpan): Promise<boolean> {
    const reply = await span.reply
    if (reply === null) return false
    this.shipping.progress.add(span.to.end - (this.position?.end ?? 0), reply)
    this.position = span.to
    return true
  }

  private send(from: Position, body: Uint8Array): SentSpan {
    const sentMs = performance.now()
    const { promise: sent, resolve } = Promise.withResolvers<void>()
    const reply = this.shipping.sender.sendSpan(from, body, resolve).finally(() => {
      this.size.took(performance.now() - sentMs)
      resolve()
    })
    // Whoever waits for the span before it hears of a failure first.
    reply.catch(() => undefined)
    const { fingerprint, end, tail } = from
    const to = { fingerprint, end: end + body.length, tail: tailOf(tail, body) }
    // The server knows a file from its first span on.
    return { to, reply, mayBeFollowed: end === 0 ? reply.then(ignore, ignore) : sent }
  }

  /** As many whole lines as fit, else a longer line or its beginning. Throws where the file is broken before the next line ends. */
  private async nextBatch(from: number, final: boolean): Promise<Uint8Array> {
    for (let length = this.size.bytes; ; length *= 2) {
      const bytes = await this.content.read(from, length)
      const lastNewline = bytes.lastIndexOf(NEWLINE)
      const { broken } = this.content
      const isAll = final && broken === null && bytes.length < length
      if (lastNewline >= 0 && !isAll) return bytes.subarray(0, lastNewline + 1)
      if (bytes.length < length && broken !== null) throw broken
      if (bytes.length < length) return final ? bytes : EMPTY
      if (length >= LONGEST_LINE_BYTES) return bytes
    }
  }

  /** `known`: so much of it was acknowledged to us. */
  private async locate(known = 0): Promise<Position> {
    const found = await this.identified()
    if (found.end > known) {
      this.shipping.progress.skip(found.end - known)
      this.shipping.progress.say(`${this.name}: ${found.end} bytes were acknowledged before; going on after them`)
    }
    return found
  }

  private async identified(): Promise<FileIdentity & Position> {
    const identity = await identify(this.content, (name) => this.shipping.sender.lookUp(name))
    // Its lines would count once more under a name of their own, where the server knows more of it than can be read.
    if (identity.mayBeBeginning === true && this.content.broken !== null) throw this.content.broken
    const tailFrom = Math.max(0, identity.end - TAIL_BYTES)
    return { ...identity, tail: await this.content.read(tailFrom, identity.end - tailFrom) }
  }

  /** False when other bytes took the place of those before a position: truncated, and perhaps grown past it since. */
  private async holds({ end, tail }: Position): Promise<boolean> {
    if (this.content.isComplete) return true
    const now = await this.content.read(end - tail.length, tail.length)
    return Buffer.compare(now, tail) === 0
  }
}

/**
 * A part of the file on its way. The next one may follow once all of it has left, so that the server reads on while it commits:
 * spans that arrive in order are counted in order, and one that overtakes or follows a lost one is a gap and sent again.
 */
interface SentSpan {
  readonly to: Position
  readonly reply: Promise<BatchReply | null>
  readonly mayBeFollowed: Promise<void>
}

interface Ahead {
  readonly body: Uint8Array
  /** Other bytes took the place of those before. */
  readonly isReplaced: boolean
  readonly failure: Error | null
}

const EMPTY = new Uint8Array(0)
const ignore = () => undefined
