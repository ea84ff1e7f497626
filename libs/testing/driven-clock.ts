import { Clock } from '#platform'

/** A clock that moves only when a test tells it to. */
export class DrivenClock extends Clock {
  private elapsedMs = 0

  /** Starts at a wall time in milliseconds since the epoch. */
  constructor(private wallMs: number = Date.UTC(2026, 0, 1)) {
    super()
  }

  override now(): number {
    return this.wallMs
  }

  override monotonicMs(): number {
    return this.elapsedMs
  }

  /** Moves both times forward by this many milliseconds. */
  advance(durationMs: number): void {
    if (durationMs < 0) throw new RangeError(`time does not go back by ${durationMs} ms; use jumpTo for the wall time`)
    this.wallMs += durationMs
    this.elapsedMs += durationMs
  }

  /** Sets the wall time, as an administrator or NTP might; the monotonic time does not notice. */
  jumpTo(wallMs: number): void {
    this.wallMs = wallMs
  }
}
