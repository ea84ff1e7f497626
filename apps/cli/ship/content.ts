import { createReadStream } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'
import type { Content } from './file-identity.js'

/** The bytes of an open plain file. Stays with the file through renames. */
export class PlainContent implements Content {
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

  /** Present size in bytes, inode and device. */
  async stat(): Promise<{ size: number; ino: number; dev: number }> {
    return this.handle.stat()
  }

  async close(): Promise<void> {
    await this.handle.close()
  }
}

/** The decompressed bytes of a .gz file, read forward; a read behind the position starts again. */
export class GzipContent implements Content {
  private stream: AsyncIterator<Buffer> | null = null
  private held: Buffer = Buffer.alloc(0)
  private heldFrom = 0

  constructor(private readonly path: string) {}

  async read(from: number, length: number): Promise<Uint8Array> {
    if (this.stream === null || from < this.heldFrom) await this.restart()
    while (this.heldFrom + this.held.length < from + length) {
      const next = await this.decompressed()
      if (next.done) break
      this.drop(from)
      this.held = Buffer.concat([this.held, next.value])
    }
    this.drop(from)
    return this.held.subarray(0, length)
  }

  async close(): Promise<void> {
    await this.stream?.return?.()
    this.stream = null
  }

  private async decompressed(): Promise<IteratorResult<Buffer>> {
    try {
      return await this.stream!.next()
    } catch (error) {
      const { message, syscall } = error as NodeJS.ErrnoException
      throw syscall === undefined
        ? new Error(`${this.path} is no whole gzip file: ${message}`, { cause: error })
        : error
    }
  }

  private async restart(): Promise<void> {
    await this.close()
    const file = createReadStream(this.path)
    const gunzip = createGunzip()
    file.on('error', (error) => gunzip.destroy(error))
    this.stream = file.pipe(gunzip)[Symbol.asyncIterator]() as AsyncIterator<Buffer>
    this.held = Buffer.alloc(0)
    this.heldFrom = 0
  }

  /** Forgets what lies before `from`. */
  private drop(from: number): void {
    const gone = Math.min(from - this.heldFrom, this.held.length)
    if (gone <= 0) return
    this.held = this.held.subarray(gone)
    this.heldFrom += gone
  }
}
