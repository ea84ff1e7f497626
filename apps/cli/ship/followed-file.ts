import { basename } from 'node:path'
import { BrokenGzip } from './content.js'
import type { WatchedFile } from './log-watch.js'
import { ShippedFile, type Shipping } from './shipped-file.js'

/** A file that is sent for as long as its writer may go on with it. */
export class FollowedFile {
  private readonly file: ShippedFile
  private size = -1
  private mtimeMs = -1
  private quietLooks = 0
  private isNoCopy = false

  constructor(
    readonly watched: WatchedFile,
    private readonly shipping: Shipping,
  ) {
    this.file = new ShippedFile(watched.path, watched.content, shipping)
  }

  get name(): string {
    return basename(this.watched.path)
  }

  /** Whether the server took any of it before. */
  async isKnown(): Promise<boolean> {
    return (await this.unlessBroken(() => this.file.isKnown())) ?? false
  }

  /** Whether anything follows what the server took. */
  async hasMore(): Promise<boolean> {
    return (await this.unlessBroken(() => this.file.unsentBytes(1))) !== 0
  }

  /**
   * Whether it is a copy that `copytruncate` made of what was sent, shorter by the lines that came between copy and truncation:
   * made after the log itself, and the beginning of what the server knows. Renamed files are older than the log is then.
   */
  async isSentCopy(current: WatchedFile | null): Promise<boolean> {
    const { content, isRotated } = this.watched
    if (!isRotated || current === null || this.watched === current || this.isNoCopy) return false
    const [log, copy] = [await current.content.stat(), await content.stat()]
    const made = content.isComplete ? copy.mtimeMs : copy.birthtimeMs
    // A file system that does not know tells 0.
    const isYounger = log.birthtimeMs === 0 || made === 0 || made >= log.birthtimeMs
    this.isNoCopy = !isYounger || !(await this.unlessBroken(() => this.file.mayBeBeginning()))
    return !this.isNoCopy
  }

  /**
   * Sends what is there now. True once nothing more will come: it did not grow for more than so many looks, and then its
   * unfinished last line was sent too.
   */
  async isDone(patienceLooks: number): Promise<boolean> {
    const { content } = this.watched
    const { size, mtimeMs } = await content.stat()
    const isQuiet = size === this.size && mtimeMs === this.mtimeMs
    this.quietLooks = isQuiet && patienceLooks < Infinity ? this.quietLooks + 1 : 0
    this.size = size
    this.mtimeMs = mtimeMs
    const isLeft = patienceLooks < Infinity && (content.isComplete || this.quietLooks > patienceLooks)
    if (isQuiet && !isLeft) return false
    const sent = await this.unlessBroken(() => this.file.drain(isLeft).then(() => true))
    if (sent === null) this.shipping.progress.say(`${this.watched.path} is left out: it is no whole gzip file`)
    return isLeft
  }

  private async unlessBroken<T>(attempt: () => Promise<T>): Promise<T | null> {
    try {
      return await attempt()
    } catch (error) {
      if (error instanceof BrokenGzip) return null
      throw error
    }
  }
}
