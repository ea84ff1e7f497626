/** A growing byte string for the wire: unsigned varints (up to 2^53 - 1), zigzag varints, bytes and UTF-8. */
export class ByteWriter {
  private bytes: Buffer
  private at = 0

  constructor(capacity = 4096) {
    this.bytes = Buffer.allocUnsafe(capacity)
  }

  get length(): number {
    return this.at
  }

  byte(value: number): void {
    this.reserve(1)
    this.bytes[this.at++] = value
  }

  /** A whole number; below 0 is written as 0, above 2^53 - 1 as 2^53 - 1. */
  uint(value: number): void {
    this.reserve(8)
    let rest = value > 0 ? (value < Number.MAX_SAFE_INTEGER ? value : Number.MAX_SAFE_INTEGER) : 0
    while (rest >= 0x1000_0000) {
      this.bytes[this.at++] = (rest % 128) | 0x80
      rest = Math.floor(rest / 128)
    }
    while (rest >= 0x80) {
      this.bytes[this.at++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.bytes[this.at++] = rest
  }

  /** A whole number of either sign, within 2^52. */
  int(value: number): void {
    this.uint(value < 0 ? -2 * value - 1 : 2 * value)
  }

  /** The first `length` numbers of a column, each as `uint`; most take one byte. */
  uints(column: ArrayLike<number>, length: number): void {
    this.reserve(8 * length)
    for (let row = 0; row < length; row++) {
      const value = column[row]!
      if (value < 0x80 && value >= 0) this.bytes[this.at++] = value
      else this.uint(value)
    }
  }

  /** The first `length` numbers of a column, each as the `int` that it differs by from the one before. */
  differences(column: ArrayLike<number>, length: number): void {
    this.reserve(8 * length)
    let before = 0
    for (let row = 0; row < length; row++) {
      const value = column[row]!
      const step = value - before
      before = value
      if (step < 0x40 && step >= 0) this.bytes[this.at++] = 2 * step
      else this.int(step)
    }
  }

  raw(value: Uint8Array): void {
    this.reserve(value.length)
    this.bytes.set(value, this.at)
    this.at += value.length
  }

  text(value: string): void {
    const length = Buffer.byteLength(value)
    this.uint(length)
    this.reserve(length)
    this.at += this.bytes.write(value, this.at, length, 'utf8')
  }

  uint32(value: number): void {
    this.reserve(4)
    this.at = this.bytes.writeUInt32LE(value, this.at)
  }

  /** A copy of the first `length` bytes, by default all. */
  slice(length = this.at): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.bytes.subarray(0, length))
  }

  /** What was written so far; valid until the next write. */
  view(): Uint8Array {
    return this.bytes.subarray(0, this.at)
  }

  clear(): void {
    this.at = 0
  }

  private reserve(count: number): void {
    if (this.at + count <= this.bytes.length) return
    const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.at + count))
    this.bytes.copy(grown, 0, 0, this.at)
    this.bytes = grown
  }
}
