import { inodeOf, isAbsence, rotatedFiles, statOf, type RotatedFile } from './rotated-files.js'
import { openContent, type OpenContent } from './content.js'

/** A file that the watched path names or named, held open. */
export interface WatchedFile {
  /** Its path when it was opened. */
  readonly path: string
  readonly inode: string
  readonly content: OpenContent
  /** Opened under the name of a rotated file, not under the path itself. */
  readonly isRotated: boolean
}

/** So many files of one log are held open at once. */
export const MOST_OPEN = 128
/** So many rotated files are looked at when the watch begins, the newest ones. */
export const MOST_AT_START = 64

/**
 * Holds open every file that a path names, one after the other, so that nothing is lost while sending takes its time. A look
 * that finds another file there, or a truncated one, also opens what was rotated away unseen since the look before.
 */
export class LogWatch {
  private open: WatchedFile[] = []
  private named: WatchedFile | null = null
  /** Inodes of rotated files that need not be opened: older than the watch, or done with. */
  private settled = new Set<string>()
  /** Size and time of the last write of what the path named at the last look. */
  private last: { size: number; mtimeMs: number } = { size: 0, mtimeMs: -Infinity }
  private readonly said = new Set<string>()
  private hasNoRoom = false

  constructor(
    private readonly path: string,
    private readonly say: (sentence: string) => void,
    private readonly mostOpen = MOST_OPEN,
  ) {}

  /** All that is open, in the order in which it was written. */
  get files(): readonly WatchedFile[] {
    return this.open
  }

  /** What the path names, or named last. */
  get current(): WatchedFile | null {
    return this.named
  }

  /** More files wait to be opened than there is room for. */
  get isFull(): boolean {
    return this.hasNoRoom
  }

  /** Begins; answers with the rotated files that were there before, oldest first, held open until `leave`. */
  async begin(): Promise<WatchedFile[]> {
    let listed: RotatedFile[] = []
    for (let unopened: RotatedFile[] | null = null; unopened === null || unopened.length > 0;) {
      listed = await this.listed()
      unopened = listed.slice(-MOST_AT_START).filter(({ inode }) => this.isUnseen(inode))
      for (const file of unopened) await this.openRotated(file)
    }
    const before = this.open
    this.settle(listed)
    this.last.mtimeMs = listed.at(-1)?.mtimeMs ?? -Infinity
    await this.look()
    // The path may be a link to a file with a date in its name.
    return before.filter((file) => file !== this.named)
  }

  /** Looks at the path once. */
  async look(): Promise<void> {
    const found = await statOf(this.path)
    if (found === null) return this.sayToWait()
    if (this.named?.inode === inodeOf(found)) {
      const isTruncated = found.size < this.last.size
      if (!isTruncated || (await this.goOnTo(this.named))) this.last = found
      return
    }
    const next = await this.openNamed()
    if (next === null) return
    if (await this.goOnTo(next)) this.last = await next.content.stat()
    else if (!this.open.includes(next)) await next.content.close()
  }

  /** Closes a file that is done with. */
  async leave(file: WatchedFile): Promise<void> {
    this.open = this.open.filter((other) => other !== file)
    this.settled.add(file.inode)
    await file.content.close()
  }

  async close(): Promise<void> {
    for (const file of this.open) await this.leave(file)
  }

  /**
   * Makes `next` the current file, after the rotated ones that nobody saw under the path: those that came since the last look and
   * were written to after what was there then. A copy made before a truncation is one. False when there is no room for all.
   */
  private async goOnTo(next: WatchedFile): Promise<boolean> {
    for (;;) {
      const listed = await this.listed()
      const unseen = listed.filter(
        ({ inode, mtimeMs }) => inode !== next.inode && this.isUnseen(inode) && mtimeMs >= this.last.mtimeMs,
      )
      const others = this.open.filter((file) => file !== next)
      const room = this.mostOpen - others.length - 1
      this.noteRoom(unseen.length <= room)
      for (const file of unseen.slice(0, Math.max(0, room))) await this.openRotated(file)
      if (this.hasNoRoom) return false
      if (unseen.length > 0) continue
      this.settle(listed)
      this.open = [...others, next]
      this.named = next
      return true
    }
  }

  private noteRoom(enough: boolean): void {
    if (!enough && !this.hasNoRoom)
      this.say(`${this.path}: ${this.open.length} files of it are open; newer ones wait until older ones are sent`)
    this.hasNoRoom = !enough
  }

  private isUnseen(inode: string): boolean {
    return !this.settled.has(inode) && !this.open.some((file) => file.inode === inode)
  }

  private settle(files: readonly RotatedFile[]): void {
    this.settled = new Set(files.map(({ inode }) => inode))
  }

  /** What is gone or renamed by now stands elsewhere in the next listing. */
  private async openRotated({ path, inode }: RotatedFile): Promise<void> {
    try {
      const file = await opened(path, true)
      if (file.inode === inode) this.open = [...this.open, file]
      else await file.content.close()
    } catch (error) {
      if (isAbsence(error)) return
      this.settled.add(inode)
      this.say(`${path} is left out: ${(error as Error).message}`)
    }
  }

  private async openNamed(): Promise<WatchedFile | null> {
    try {
      const file = await opened(this.path, false)
      const held = this.open.find(({ inode }) => inode === file.inode)
      if (held !== undefined) await file.content.close()
      return held ?? file
    } catch (error) {
      if (isAbsence(error)) return null
      throw error
    }
  }

  private async listed(): Promise<RotatedFile[]> {
    try {
      return await rotatedFiles(this.path)
    } catch (error) {
      this.sayOnce(`${this.path}: its rotated files cannot be seen: ${(error as Error).message}`)
      return []
    }
  }

  private sayToWait(): void {
    if (this.named === null) this.sayOnce(`${this.path}: there is no such file yet; waiting for it`)
  }

  private sayOnce(sentence: string): void {
    if (!this.said.has(sentence)) this.say(sentence)
    this.said.add(sentence)
  }
}

async function opened(path: string, isRotated: boolean): Promise<WatchedFile> {
  const content = await openContent(path)
  return { path, inode: inodeOf(await content.stat()), content, isRotated }
}
