import { seededRandom } from '#platform'

/** Repeatable choices: the same seed gives the same sequence everywhere. */
export class Random {
  /** At least 0, below 1. */
  readonly next: () => number

  constructor(seed: number) {
    this.next = seededRandom(seed)
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
