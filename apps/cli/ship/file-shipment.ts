import { stat } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { GzipContent, PlainContent } from './content.js'
import { TAIL_BYTES, identify, type Content, type FileIdentity } from './file-identity.js'
import type { Progress } from './progress.js'
import type { Sender } from './sender.js'

/** Bytes sent at once; a batch is cut after its last newline. */
const BATCH_BYTES = 1024 * 1024
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
  constructor(
    private readonly path: string,
    private readonly sender: Sender,
    private readonly progress: Progress,
    private readonly signal: AbortSignal,
  ) {}

  /** Sends what is there now; an unfinished last line too. */
  async once(): Promise<void> {
    const content = this.path.endsWith('.gz') ? new GzipContent(this.path) : await PlainContent.open(this.path)
    try {
      const identity = await this.identify(content)
      await this.drain(content, identity.fingerprint, identity.end, true)
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
    let identity: FileIdentity | null = null
    let tail: Uint8Array = EMPTY
    let quietPolls = 0
    while (!this.signal.aborted) {
      const named = await this.named(content)
      const { size } = await content.stat()
      if (identity !== null && (size < identity.end || !(await holds(content, identity.end, tail)))) return
      const before: number = identity?.end ?? 0
      if (size > 0) {
        identity ??= await this.identify(content)
        identity = { ...identity, end: await this.drain(content, identity.fingerprint, identity.end, false) }
        tail = await content.read(Math.max(0, identity.end - TAIL_BYTES), Math.min(identity.end, TAIL_BYTES))
      }
      // A renamed log is written to until its writer reopens: it is left when a successor is there and it has been quiet.
      quietPolls = named === 'successor' && (identity?.end ?? 0) === before ? quietPolls + 1 : 0
      if (quietPolls > QUIET_POLLS) {
        if (identity !== null) await this.drain(content, identity.fingerprint, identity.end, true)
        return
      }
      await this.pause()
    }
  }

  /** Sends from `offset` to the present end; answers with the new offset. An unfinished last line waits unless `final`. */
  private async drain(content: Content, fingerprint: string, offset: number, final: boolean): Promise<number> {
    let end = offset
    for (;;) {
      this.signal.throwIfAborted()
      const body = await this.nextBatch(content, end, final)
      if (body.length === 0) return end
      const tailFrom = Math.max(0, end - TAIL_BYTES)
      const tailBefore = body.length >= TAIL_BYTES ? EMPTY : await content.read(tailFrom, end - tailFrom)
      const reply = await this.sender.sendSpan(fingerprint, end, body, tailBefore)
      this.progress.add(body.length, reply)
      end = reply.end
    }
  }

  private async nextBatch(content: Content, from: number, final: boolean): Promise<Uint8Array> {
    for (let length = BATCH_BYTES; ; length *= 2) {
      const bytes = await content.read(from, length)
      const lastNewline = bytes.lastIndexOf(NEWLINE)
      if (lastNewline >= 0 && !(final && bytes.length < length)) return bytes.subarray(0, lastNewline + 1)
      if (bytes.length < length) return final ? bytes : EMPTY
      if (length >= LONGEST_LINE_BYTES) return bytes
    }
  }

  private async identify(content: Content): Promise<FileIdentity> {
    const identity = await identify(content, (name) => this.sender.lookUp(name))
    if (identity.end > 0) {
      this.progress.skip(identity.end)
      this.progress.say(`${this.path}: ${identity.end} bytes were acknowledged before; going on after them`)
    }
    return identity
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
async function holds(content: Content, end: number, tail: Uint8Array): Promise<boolean> {
  const now = await content.read(end - tail.length, tail.length)
  return Buffer.compare(now, tail) === 0
}

const EMPTY = new Uint8Array(0)
