import { openContent, type OpenContent } from './content.js'
import { FollowedFile } from './followed-file.js'
import { LogWatch, type WatchedFile } from './log-watch.js'
import { ShippedFile, type Shipping } from './shipped-file.js'

/** What is written to at shorter intervals than this may end in a line that is being written, ms. */
const FRESH_MS = 60_000
/** Looks without growth after which a file counts as left by its writer: ten minutes of five looks a second. */
const QUIET_LOOKS = 3_000
/** The same where newer files have no room. */
const FEW_QUIET_LOOKS = 10

/** Time, as a shipment sees it. */
export interface ShipmentTime {
  /** Epoch ms. */
  now(): number
  /** Waits until it is time to look again, 200 ms; ends early with the signal. */
  pause(): Promise<void>
}

/** Ships the file that a path names; with `follow` also those that it named before and will name. */
export class FileShipment {
  constructor(
    private readonly path: string,
    private readonly shipping: Shipping,
    private readonly time: ShipmentTime,
  ) {}

  /** Sends what is there now. Where `mayGrow`, the unfinished last line of a file that was written to lately is left. */
  async once(mayGrow: boolean): Promise<void> {
    const content = await openContent(this.path)
    try {
      const file = new ShippedFile(this.path, content, this.shipping)
      const leavesLastLine = mayGrow && !content.isComplete
      if (leavesLastLine) await file.drain(false)
      if (!leavesLastLine || !(await this.isFresh(content))) return await file.drain(true)
      const left = await file.unsentBytes()
      if (left > 0)
        this.say(`its last line is not finished and may be being written: ${left} bytes are left for the next run`)
    } finally {
      await content.close()
    }
  }

  /** Sends what is there and what comes, until the signal: through renames, truncation, and outages of the server. */
  async follow(): Promise<void> {
    const watch = new LogWatch(this.path, (sentence) => this.shipping.progress.say(sentence))
    try {
      const rotated = await watch.begin()
      // Apart from each other: while sending waits for the server the path may name one file after the other.
      await Promise.all([this.keepLooking(watch), this.keepSending(watch, rotated)])
    } finally {
      await watch.close()
    }
  }

  private async keepLooking(watch: LogWatch): Promise<void> {
    while (!this.shipping.signal.aborted) {
      await this.time.pause()
      await watch.look()
    }
  }

  private async keepSending(watch: LogWatch, rotated: readonly WatchedFile[]): Promise<void> {
    const files = new Map<WatchedFile, FollowedFile>()
    const followed = (file: WatchedFile) => {
      if (!files.has(file)) files.set(file, new FollowedFile(file, this.shipping))
      return files.get(file)!
    }
    await this.leaveUnknown(watch, rotated.map(followed))
    while (!this.shipping.signal.aborted) {
      for (const file of watch.files) {
        if (await this.goesOn(watch, followed(file))) continue
        files.delete(file)
        await watch.leave(file)
      }
      await this.time.pause()
    }
  }

  /** Sends what is there of one file; false when no more will come of it. */
  private async goesOn(watch: LogWatch, file: FollowedFile): Promise<boolean> {
    if (await file.isSentCopy(watch.current)) {
      this.say(`${file.name} is taken for a copy of what was sent; if it is not, send it with statusline ship`)
      return false
    }
    if (file.watched === watch.current) return !(await file.isDone(Infinity))
    return !(await file.isDone(watch.isFull ? FEW_QUIET_LOOKS : QUIET_LOOKS))
  }

  /**
   * Of the rotated files that were there at the start those count that came after what the server knows, and the newest that it
   * knows: ship was away while they were rotated. Where it knows none they are logs of old, which nobody asked to load.
   */
  private async leaveUnknown(watch: LogWatch, rotated: readonly FollowedFile[]): Promise<void> {
    const newestFirst = rotated.toReversed()
    let known = 0
    while (known < newestFirst.length && !(await newestFirst[known]!.isKnown())) known += 1
    const isNoneKnown = known === newestFirst.length
    const unsent = isNoneKnown ? [] : await writtenSince(newestFirst[known]!, newestFirst)
    for (const { watched } of newestFirst.slice(unsent.length)) await watch.leave(watched)
    if (isNoneKnown && rotated.length > 0)
      this.say(`the server knows none of its rotated files (${namesOf(rotated)}) of this source; they are not sent`)
    const hasMore = unsent.length > 1 || (await unsent[0]?.hasMore())
    if (hasMore) this.say(`its rotated files go first, from where the server stands: ${namesOf(unsent.toReversed())}`)
  }

  private async isFresh(content: OpenContent): Promise<boolean> {
    return this.time.now() - (await content.stat()).mtimeMs < FRESH_MS
  }

  private say(sentence: string): void {
    this.shipping.progress.say(`${this.path}: ${sentence}`)
  }
}

/** The file and those before it in the list; also those behind it that were written to in the same moment: clocks of files are coarse. */
async function writtenSince(file: FollowedFile, newestFirst: readonly FollowedFile[]): Promise<FollowedFile[]> {
  const times = await Promise.all(newestFirst.map(({ watched }) => watched.content.stat()))
  const since = times[newestFirst.indexOf(file)]!.mtimeMs
  const last = times.findLastIndex(({ mtimeMs }) => mtimeMs >= since)
  return newestFirst.slice(0, last + 1)
}

function namesOf(files: readonly FollowedFile[]): string {
  const names = files.map(({ name }) => name)
  return names.length <= 5 ? names.join(', ') : `${names.length} from ${names[0]} to ${names.at(-1)}`
}
