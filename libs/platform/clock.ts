/** The one door to time: everything that needs the hour or an elapsed time asks a clock. */
export abstract class Clock {
  /** Wall time in milliseconds since the epoch; it may jump. */
  abstract now(): number
  /** Milliseconds since an arbitrary start; it never goes back. */
  abstract monotonicMs(): number
}

/** The machine's own clock. */
export class SystemClock extends Clock {
  override now(): number {
    return Date.now()
  }

  override monotonicMs(): number {
    return performance.now()
  }
}
