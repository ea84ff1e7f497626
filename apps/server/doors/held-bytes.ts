const SMALLEST = 1_024

/** Bytes of a connection that wait for more. Adding a little at a time costs as much as adding them at once. */
export class HeldBytes {
  private store: Buffer = Buffer.alloc(0)
  private used = 0

  get length(): number {
    return this.used
  }

  /** What is held; valid until the next call. */
  get bytes(): Buffer {
    return this.store.subarray(0, this.used)
  }

  add(chunk: Uint8Array): void {
    const needed = this.used + chunk.length
    if (needed > this.store.length) this.grow(needed)
    this.store.set(chunk, this.used)
    this.used = needed
  }

  /** Keeps what is behind `from`, and lets its memory go where that is nothing. */
  keepFrom(from: number): void {
    if (from >= this.used) {
      this.store = Buffer.alloc(0)
      this.used = 0
    } else if (from > 0) {
      this.store.copyWithin(0, from, this.used)
      this.used -= from
    }
  }

  private grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(SMALLEST, needed, Math.min(this.store.length * 2, needed * 2)))
    larger.set(this.bytes)
    this.store = larger
  }
}
