/** Repeatable random numbers (mulberry32): the same seed gives the same sequence everywhere. */
export class Random {
  constructor(private state: number) {}

  /** At least 0, below 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number of at least 0, below `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }

  /** One of `values`, the earlier the likelier: the popularity of routes falls off like this. */
  skewed<T>(values: readonly T[]): T {
    return values[Math.floor(this.next() ** 2 * values.length)]!
  }

  hex(digits: number): string {
    let text = ''
    while (text.length < digits) text += this.below(0x1_0000_0000).toString(16).padStart(8, '0')
    return text.slice(0, digits)
  }
}
