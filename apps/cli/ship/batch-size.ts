const MIB = 1024 * 1024
const LEAST_BYTES = MIB
const MOST_BYTES = 8 * MIB
const QUICK_MS = 500
const SLOW_MS = 3_000

/**
 * How much of a file to send at once: little, so that a slow line or server does not lose much when a batch has to be sent
 * again, and more while answers come quickly, so that fewer commits have to be waited for.
 */
export class BatchSize {
  private current = LEAST_BYTES

  get bytes(): number {
    return this.current
  }

  /** Learns how long the answer to a batch of this size took. */
  took(ms: number): void {
    if (ms <= QUICK_MS) this.current = Math.min(MOST_BYTES, this.current * 2)
    else if (ms >= SLOW_MS) this.current = Math.max(LEAST_BYTES, this.current / 2)
  }
}
