/**
 * Events per second of each source, as a bucket that may go into debt: a body is admitted while the bucket holds anything
 * and pays for its events after the scan, so that no body is refused after the work was done.
 */
export class RateLimit {
  private readonly buckets = new Map<string, { tokens: number; atMs: number }>()

  /** `eventsPerSecond` 0: no limit. The bucket holds `burstSeconds` of it. */
  constructor(
    readonly eventsPerSecond: number,
    private readonly burstSeconds = 10,
    private readonly maxSources = 2_000,
  ) {}

  /** Seconds to wait before `source` may send again; 0: it may send now. */
  waitSeconds(source: string, nowMs: number): number {
    if (this.eventsPerSecond === 0) return 0
    const tokens = this.bucket(source, nowMs).tokens
    return tokens > 0 ? 0 : Math.ceil((1 - tokens) / this.eventsPerSecond)
  }

  /** Takes `events` out of the bucket of `source`. */
  spend(source: string, events: number, nowMs: number): void {
    if (this.eventsPerSecond > 0) this.bucket(source, nowMs).tokens -= events
  }

  private bucket(source: string, nowMs: number): { tokens: number; atMs: number } {
    const full = this.eventsPerSecond * this.burstSeconds
    let bucket = this.buckets.get(source)
    if (bucket === undefined) {
      if (this.buckets.size >= this.maxSources) this.forgetFull(nowMs)
      bucket = { tokens: full, atMs: nowMs }
      this.buckets.set(source, bucket)
    }
    const earned = (Math.max(0, nowMs - bucket.atMs) / 1_000) * this.eventsPerSecond
    bucket.tokens = Math.min(full, bucket.tokens + earned)
    bucket.atMs = nowMs
    return bucket
  }

  /** A full bucket is the same as none; where all are in use, the oldest goes, in the sender's favour. */
  private forgetFull(nowMs: number): void {
    const fullAfterMs = this.burstSeconds * 1_000
    for (const [source, { atMs, tokens }] of this.buckets)
      if (tokens > 0 && nowMs - atMs >= fullAfterMs) this.buckets.delete(source)
    const oldest = this.buckets.keys().next()
    if (this.buckets.size >= this.maxSources && oldest.done !== true) this.buckets.delete(oldest.value)
  }
}
