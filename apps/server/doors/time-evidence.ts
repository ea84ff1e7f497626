/** As with the times of the records themselves: that many of them are no chance. */
const ENOUGH = 8
const NS_PER_SECOND = 1_000_000_000
const NS_PER_MICROSECOND = 1_000

/**
 * Whether the times that a protocol gives its records tell one body from another: all are finer than a second, and there are
 * eight of them, or one is finer than a microsecond.
 */
export class TimeEvidence {
  private times = 0
  private finest = false
  private coarse = false

  /** Takes the nanoseconds within the second of a record's time, or within more; 0 also stands for none. */
  add(nanoseconds: number): void {
    this.times++
    const fraction = nanoseconds % NS_PER_SECOND
    if (fraction === 0) this.coarse = true
    if (fraction % NS_PER_MICROSECOND !== 0) this.finest = true
  }

  get isEnough(): boolean {
    return !this.coarse && (this.finest || this.times >= ENOUGH)
  }
}
