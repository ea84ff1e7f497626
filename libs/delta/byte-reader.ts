/**
 * Reads what ByteWriter wrote, from bytes that may be hostile. It never throws: the first fault sticks, and everything read
 * after it is 0 or empty. Callers look at `fault` before they trust a length or a result.
 */
export class ByteReader {
  fault: string | null = null
  private at = 0
  private readonly bytes: Buffer

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get remaining(): number {
    return this.fault === null ? this.bytes.length - this.at : 0
  }

  fail(fault: string): 0 {
    this.fault ??= fault
    return 0
  }

  byte(): number {
    return this.remaining < 1 ? this.fail('ends early') : (this.bytes[this.at++] ?? 0)
  }

  /** An unsigned varint of at most 2^53 - 1. */
  uint(): number {
    const first = this.bytes[this.at]!
    if (first < 0x80 && this.fault === null) {
      this.at++
      return first
    }
    return this.longUint()
  }

  private longUint(): number {
    let value = 0
    let unit = 1
    for (let count = 0; count < 8; count++) {
      const byte = this.byte()
      value += (byte & 0x7f) * unit
      if (byte < 0x80) return value <= Number.MAX_SAFE_INTEGER ? value : this.fail('number too large')
      unit *= 128
    }
    return this.fail('number too long')
  }

  int(): number {
    const value = this.uint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  /** An unsigned varint below `limit`. */
  below(limit: number, what: string): number {
    const value = this.uint()
    return value < limit ? value : this.fail(`${what} out of range`)
  }

  /** How many entries follow, each of at least `bytesEach` bytes: refused before anything is allocated for them. */
  count(bytesEach: number, what: string): number {
    const value = this.uint()
    return value * bytesEach <= this.remaining ? value : this.fail(`absurd number of ${what}`)
  }

  text(): string {
    const length = this.uint()
    if (length > this.remaining) {
      this.fail('text ends early')
      return ''
    }
    this.at += length
    return this.bytes.toString('utf8', this.at - length, this.at)
  }
}
