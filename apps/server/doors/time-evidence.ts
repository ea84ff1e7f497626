/** As with the times of the records themselves: that many of them are no chance. */
const ENOUGH = 8
const NS_PER_MICROSECOND = 1_000

/**
 * Whether the times that a protocol gives its records tell one body from another: eight of them are finer than a second, or one
 * is finer than a microsecond.
 */
export class TimeEvidence {
  private fine = 0
  private finest = false

  /** Takes the nanoseconds of a record's time within its second; 0 also stands for none. */
  add(nanoseconds: number): void {
    if (nanoseconds !== 0) this.fine++
    if (nanoseconds % NS_PER_MICROSECOND !== 0) this.finest = true
  }

  get isEnough(): boolean {
    return this.finest || this.fine >= ENOUGH
  }
}
