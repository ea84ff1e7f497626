import { stat } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { BatchSize } from './batch-size.js'
import { GzipContent, PlainContent } from './content.js'
import { TAIL_BYTES, identify, tailOf, type Content, type Position } from './file-identity.js'
import type { Progress } from './progress.js'
import type { BatchReply, Sender } from './sender.js'

/** A line longer than this is sent in pieces; the server rejects it as too long in any case. */
const LONGEST_LINE_BYTES = 8 * 1024 * 1024
const POLL_MS = 200
/** Polls without growth after which a renamed log counts as left by its writer. */
const QUIET_POLLS = 10
const NEWLINE = 10

/**
 * Ships one file from where the server's memory of it ends. With `follow` it goes on for ever: through renames (the old
 * file is drained, then the new one of that name opened) and truncation (what is there now is a new file).
 */
export class FileShipment {
  private readonly size = new BatchSize()

  constructor(
    private readonly path: string,
    private readonly sender: Pick<Sender, 'lookUp' | 'sendSpan'>,
    private readonly progress: Progress,
    private readonly signal: AbortSignal,
  ) {}

  /** Sends what is there now; an unfinished last line too. */
  async once(): Promise<void> {
    const content = this.path.endsWith('.gz') ? new GzipContent(this.path) : await PlainContent.open(this.path)
    try {
      await this.drain(content, await this.locate(content), true)
    } finally {
      await content.close()
    }
  }

  /** Sends what is there and what comes, until the signal. */
  async follow(): Promise<void> {
    while (!this.signal.aborted) {
      const content = await this.openWhenThere()
      if (content === null) return
      try {
        await this.followOne(content)
      } finally {
        await content.close()
      }
    }
  }

  private async followOne(content: PlainContent): Promise<void> {
    let position: Position | null = null
    let quietPolls = 0
    while (!this.signal.aborted) {
      const named = await this.named(content)
      const { size } = await content.stat()
      if (position !== null && (size < position.end || !(await holds(content, position)))) return
      const before: number = position?.end ?? 0
      if (size > 0) position = await this.drain(content, position ?? (await this.locate(content)), false)
      // A renamed log is written to until its writer reopens: it is left when a successor is there and it has been quiet.
      quietPolls = named === 'successor' && (position?.end ?? 0) === before ? quietPolls + 1 : 0
      if (quietPolls > QUIET_POLLS) {
        if (position !== null) await this.drain(content, position, true)
        return
      }
      await this.pause()
    }
  }

  /** Sends from a position to the present end; answers with the new one. An unfinished last line waits unless `final`. */
  private async drain(content: Content, from: Position, final: boolean): Promise<Position> {
    let acknowledged = from
    let last: SentSpan | null = null
    for (;;) {
      this.signal.throwIfAborted()
      const begin: Position = last?.to ?? acknowledged
      const body = await this.nextBatch(content, begin.end, final)
      await last?.mayBeFollowed
      const next: SentSpan | null = body.length === 0 ? null : this.send(begin, body)
      if (last !== null) {
        const reply = await last.reply
        if (reply === null) {
          // Somebody else went on with a file that began as this one, or with this very file: find out which.
          await next?.reply
          acknowledged = await this.locate(content, acknowledged.end)
          last = null
          continue
        }
        this.progress.add(last.to.end - acknowledged.end, reply)
        acknowledged = last.to
      }
      if (next === null) return acknowledged
      last = next
    }
  }

  private send(from: Position, body: Uint8Array): SentSpan {
    const sentMs = performance.now()
    const { promise: sent, resolve } = Promise.withResolvers<void>()
    const reply = this.sender.sendSpan(from, body, resolve).finally(() => {
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

  /** As many whole lines as fit, else a longer line or its beginning. */
  private async nextBatch(content: Content, from: number, final: boolean): Promise<Uint8Array> {
    for (let length = this.size.bytes; ; length *= 2) {
      const bytes = await content.read(from, length)
      const lastNewline = bytes.lastIndexOf(NEWLINE)
      if (lastNewline >= 0 && !(final && bytes.length < length)) return bytes.subarray(0, lastNewline + 1)
      if (bytes.length < length) return final ? bytes : EMPTY
      if (length >= LONGEST_LINE_BYTES) return bytes
    }
  }

  /** `known`: so much of it was acknowledged to us. */
  private async locate(content: Content, known = 0): Promise<Position> {
    const identity = await identify(content, (name) => this.sender.lookUp(name))
    if (identity.end > known) {
      this.progress.skip(identity.end - known)
      this.progress.say(`${this.path}: ${identity.end} bytes were acknowledged before; going on after them`)
    }
    const tailFrom = Math.max(0, identity.end - TAIL_BYTES)
    return { ...identity, tail: await content.read(tailFrom, identity.end - tailFrom) }
  }

  /** What the path names now: the open file, nothing, or another file. */
  private async named(content: PlainContent): Promise<'same' | 'nothing' | 'successor'> {
    const held = await content.stat()
    try {
      const named = await stat(this.path)
      return named.ino === held.ino && named.dev === held.dev ? 'same' : 'successor'
    } catch {
      return 'nothing'
    }
  }

  private async openWhenThere(): Promise<PlainContent | null> {
    while (!this.signal.aborted) {
      try {
        return await PlainContent.open(this.path)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      }
      await this.pause()
    }
    return null
  }

  private async pause(): Promise<void> {
    try {
      await wait(POLL_MS, undefined, { signal: this.signal })
    } catch {
      // Aborted: the loops look at the signal themselves.
    }
  }
}

/** False when other bytes took the place of those acknowledged: truncated, and grown past the old end between two looks. */
async function holds(content: Content, { end, tail }: Position): Promise<boolean> {
  const now = await content.read(end - tail.length, tail.length)
  return Buffer.compare(now, tail) === 0
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

const EMPTY = new Uint8Array(0)
const ignore = () => undefined
