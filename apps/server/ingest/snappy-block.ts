import { Transform, type TransformCallback } from 'node:stream'

/** How far back a copy may reach. Compressors work in blocks of this size, so none writes more. */
const WINDOW_BYTES = 64 * 1024
const SLICE_BYTES = 64 * 1024
/** A longest copy fits behind any position that is not yet flushed. */
const LONGEST_COPY = 64
/** Longest tag with what belongs to it, and longest length in front. */
const LONGEST_HEAD = 5
/** A shorter literal is copied faster by a loop than by a call. */
const SHORT = 48

/**
 * Decompresses one snappy block as it arrives. What the block says about its length is believed only once that many bytes have
 * come out of it, so a lie costs nothing: memory is one window and one slice, whatever the block holds.
 */
export class SnappyBlock extends Transform {
  /** Compressed bytes taken so far; zlib's streams tell the same. */
  bytesWritten = 0
  readonly #out = new Uint8Array(WINDOW_BYTES + SLICE_BYTES + LONGEST_COPY)
  #from = 0
  #at = 0
  #made = 0
  #length = -1
  #literalBytes = 0
  #head: Uint8Array = new Uint8Array(0)

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.bytesWritten += chunk.length
    // A Buffer has a shape of its own, and code that sees two shapes is slower at every byte.
    const whole = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk])
    const bytes = new Uint8Array(whole.buffer, whole.byteOffset, whole.length)
    const read = this.#read(bytes)
    if (read < 0) return done(new Error('no snappy block'))
    this.#head = bytes.subarray(read)
    this.#emit()
    done()
  }

  override _flush(done: TransformCallback): void {
    if (this.#head.length === 0 && this.#literalBytes === 0 && this.#made === this.#length) return done()
    done(Object.assign(new Error('the snappy block ends early'), { code: 'Z_BUF_ERROR' }))
  }

  /** Reads what is there in whole; returns how far, -1 where it is no snappy. */
  #read(bytes: Uint8Array): number {
    let i = 0
    if (this.#length < 0) {
      i = this.#readLength(bytes)
      if (i <= 0) return i
    }
    while (i < bytes.length) {
      if (this.#literalBytes > 0) i += this.#literal(bytes, i)
      else {
        const next = this.#tag(bytes, i)
        if (next < 0) return -1
        if (next === i) break
        i = next
      }
    }
    return i
  }

  #readLength(bytes: Uint8Array): number {
    let value = 0
    for (let i = 0; i < LONGEST_HEAD; i++) {
      const byte = bytes[i]
      if (byte === undefined) return 0
      value += (byte & 0x7f) * 2 ** (7 * i)
      if (byte < 0x80) {
        this.#length = value
        return value < 2 ** 32 ? i + 1 : -1
      }
    }
    return -1
  }

  /** Reads one tag; returns where the next begins, `from` where it is cut, -1 where it is none. */
  #tag(bytes: Uint8Array, from: number): number {
    const tag = bytes[from] as number
    const kind = tag & 3
    const extra = kind === 0 ? Math.max(0, (tag >> 2) - 59) : kind === 3 ? 4 : kind
    const next = from + 1 + extra
    if (next > bytes.length) return from
    let value = 0
    for (let i = next - 1; i > from; i--) value = value * 256 + (bytes[i] as number)
    if (kind === 0) return this.#begin((extra === 0 ? tag >> 2 : value) + 1) ? next : -1
    if (kind === 1) return this.#copy((tag >> 5) * 256 + value, ((tag >> 2) & 7) + 4) ? next : -1
    return this.#copy(value, (tag >> 2) + 1) ? next : -1
  }

  #begin(length: number): boolean {
    if (this.#made + length > this.#length) return false
    this.#literalBytes = length
    this.#made += length
    return true
  }

  #literal(bytes: Uint8Array, from: number): number {
    const length = Math.min(this.#literalBytes, bytes.length - from, SLICE_BYTES)
    this.#makeRoom(length)
    if (length > SHORT) this.#out.set(bytes.subarray(from, from + length), this.#at)
    else for (let i = 0; i < length; i++) this.#out[this.#at + i] = bytes[from + i] as number
    this.#at += length
    this.#literalBytes -= length
    return length
  }

  #copy(offset: number, length: number): boolean {
    if (offset === 0 || offset > WINDOW_BYTES || this.#made + length > this.#length) return false
    this.#makeRoom(length)
    const out = this.#out
    const at = this.#at
    if (offset > at) return false
    // At most 64 bytes, which may overlap: a loop beats a call.
    for (let i = at; i < at + length; i++) out[i] = out[i - offset] as number
    this.#at += length
    this.#made += length
    return true
  }

  #makeRoom(length: number): void {
    if (this.#at + length <= this.#out.length) return
    this.#emit()
    const kept = Math.min(this.#at, WINDOW_BYTES)
    this.#out.copyWithin(0, this.#at - kept, this.#at)
    this.#from = this.#at = kept
  }

  #emit(): void {
    if (this.#at > this.#from) this.push(Buffer.from(this.#out.subarray(this.#from, this.#at)))
    this.#from = this.#at
  }
}
