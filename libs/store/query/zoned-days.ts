const DAY_MS = 86_400_000

/** Calendar days of a time zone, numbered from 1970-01-01. Throws RangeError for an unknown zone. */
export class ZonedDays {
  private readonly format: Intl.DateTimeFormat

  constructor(timeZone: string) {
    this.format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  }

  /** The day that a time (epoch milliseconds) belongs to. */
  dayOf(ms: number): number {
    return Math.floor((ms + this.offsetAt(ms)) / DAY_MS)
  }

  /** When a day begins, epoch milliseconds; where a clock change skips midnight, the first moment after it. */
  startOf(day: number): number {
    const wallMs = day * DAY_MS
    const guess = wallMs - this.offsetAt(wallMs)
    const start = wallMs - this.offsetAt(guess)
    // At a change near midnight two offsets are possible: the earlier moment counts if it is already this day.
    const earlier = Math.min(guess, start)
    return this.dayOf(earlier) >= day ? earlier : Math.max(guess, start)
  }

  private offsetAt(ms: number): number {
    const parts = Object.fromEntries(this.format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]))
    const wallMs = Date.UTC(
      parts['year'] ?? 0,
      (parts['month'] ?? 1) - 1,
      parts['day'] ?? 1,
      parts['hour'] ?? 0,
      parts['minute'] ?? 0,
      parts['second'] ?? 0,
    )
    return wallMs - Math.floor(ms / 1_000) * 1_000
  }
}
