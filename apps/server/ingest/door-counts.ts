import type { SelfMetrics } from '#platform'
import type { ErrorCode } from '../http/errors.js'

/** How a request with a log body was answered; refused ones by the code of the error table. */
export type Answered = 'accepted' | 'aborted' | 'foreign_peer' | 'failed_handshake' | ErrorCode

interface Sum {
  requests: number
  bytes: number
}

/** Counts the requests of one door in plain numbers; the metrics get them at the next scrape, not at every request. */
export class DoorCounts {
  private readonly sums = new Map<Answered, Sum>()

  constructor(
    private readonly door: string,
    private readonly metrics: SelfMetrics,
  ) {}

  /** `bytes` as sent; `seconds` from the first byte to the acknowledgement, null where there was none. */
  answered(reason: Answered, bytes: number, seconds: number | null): void {
    let sum = this.sums.get(reason)
    if (sum === undefined) this.sums.set(reason, (sum = { requests: 0, bytes: 0 }))
    sum.requests++
    sum.bytes += bytes
    if (seconds !== null) this.metrics.histogram('statusline_ingest_seconds').observe({ door: this.door }, seconds)
  }

  /** Hands the numbers over to the metrics. */
  flush(): void {
    const { door } = this
    for (const [reason, sum] of this.sums) {
      this.metrics.counter('statusline_ingest_requests_total').inc({ door, reason }, sum.requests)
      this.metrics.counter('statusline_ingest_bytes_total').inc({ door, reason }, sum.bytes)
      sum.requests = sum.bytes = 0
    }
  }
}
