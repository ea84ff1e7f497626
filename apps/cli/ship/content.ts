import type { Stats } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import type { Content } from './file-identity.js'
import { gunzipped } from './gunzipped.js'

/** An open file. It stays the same file through renames and removal. */
export interface OpenContent extends Content {
  /** True where nothing will be appended, truncated or written over. */
  readonly isComplete: boolean
  /** Why the last read ended before the end of the file: what follows cannot be read. */
  readonly broken: Error | null
  stat(): Promise<Stats>
  close(): Promise<void>
}

/** What cannot be decompressed; the message names the file. */
export class BrokenGzip extends Error {
  override readonly name = 'BrokenGzip'
}

/** Opens a plain file, or a .gz file for its decompressed bytes. Throws with the words of the system. */
export function openContent(path: string): Promise<OpenContent> {
  return path.endsWith('.gz') ? GzipContent.open(path) : PlainContent.open(path)
}

/** The bytes of an open plain file. */
export class PlainContent implements OpenContent {
  readonly isComplete = false
  readonly broken = null

  private constructor(private readonly handle: FileHandle) {}

  static async open(path: string): Promise<PlainContent> {
    return new PlainContent(await open(path, 'r'))
  }

  async read(from: number, length: number): Promise<Uint8Array> {
    const buffer = Buffer.allocUnsafe(length)
    let filled = 0
    while (filled < length) {
      const { bytesRead } = await this.handle.read(buffer, filled, length - filled, from + filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    return buffer.subarray(0, filled)
  }

  async stat(): Promise<Stats> {
    return this.handle.stat()
  }

  async close(): Promise<void> {
    await this.handle.close()
  }
}

/** All that a chunk decompresses to is held: up to a thousand times as much. */
const CHUNK_BYTES = 16 * 1024

/** The decompressed bytes of a .gz file up to where it is broken, read forward; a read behind the position starts again. */
export class GzipContent implements OpenContent {
  readonly isComplete = true
  broken: Error | null = null
  private stream: AsyncIterator<Buffer> | null = null
  private held: Buffer = Buffer.alloc(0)
  private heldFrom = 0

  private constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
  ) {}

  static async open(path: string): Promise<GzipContent> {
    return new GzipContent(path, await open(path, 'r'))
  }

  async read(from: number, length: number): Promise<Uint8Array> {
    if (this.stream === null || from < this.heldFrom) await this.restart()
    this.drop(from)
    await this.fill(from, from + length)
    this.drop(from)
    return this.held.subarray(0, length)
  }

  async stat(): Promise<Stats> {
    return this.handle.stat()
  }

  async close(): Promise<void> {
    await this.endStream()
    await this.handle.close()
  }

  /** Holds what lies between `from` and `to`; what comes before is passed over. */
  private async fill(from: number, to: number): Promise<void> {
    // Added one by one, each of hundreds of pieces would be a copy of all before it.
    const parts = [this.held]
    let end = this.heldFrom + this.held.length
    while (end < to) {
      const next = await this.decompressed()
      if (next === null) break
      end += next.length
      if (end > from) parts.push(next)
      else this.heldFrom = end
    }
    if (parts.length > 1) this.held = Buffer.concat(parts)
  }

  /** Null: at the end, or where it is broken. */
  private async decompressed(): Promise<Buffer | null> {
    try {
      const next = await this.stream!.next()
      return next.done === true ? null : next.value
    } catch (error) {
      const { message, syscall } = error as NodeJS.ErrnoException
      this.broken =
        syscall === undefined
          ? new BrokenGzip(`${this.path} is no whole gzip file: ${message}`, { cause: error })
          : (error as Error)
      return null
    }
  }

  private async restart(): Promise<void> {
    await this.endStream()
    this.stream = gunzipped(this.compressed())
    this.broken = null
    this.held = Buffer.alloc(0)
    this.heldFrom = 0
  }

  /** A stream of the handle's own would close it, and by its path the file may be another by now. */
  private async *compressed(): AsyncGenerator<Buffer> {
    for (let from = 0; ;) {
      const { buffer, bytesRead } = await this.handle.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, from)
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
      from += bytesRead
    }
  }

  private async endStream(): Promise<void> {
    await this.stream?.return?.()
    this.stream = null
  }

  /** Forgets what lies before `from`. */
  private drop(from: number): void {
    const gone = Math.min(from - this.heldFrom, this.held.length)
    if (gone <= 0) return
    this.held = this.held.subarray(gone)
    this.heldFrom += gone
  }
}
