/** What time it is at the database, as far as its last answer tells. */
export class DatabaseTime {
  private aheadMs: number | null = null

  /** `replaced`: for tests of period boundaries. */
  constructor(private readonly replaced?: () => number) {}

  /** Epoch ms; null before the first answer. To be compared with the next one before anything depends on it. */
  expectedMs(): number | null {
    if (this.replaced !== undefined) return this.replaced()
    return this.aheadMs === null ? null : performance.now() + this.aheadMs
  }

  /** Takes what the database said, epoch ms, and returns the time to go by. */
  told(nowMs: number): number {
    this.aheadMs = nowMs - performance.now()
    return this.replaced?.() ?? nowMs
  }
}
