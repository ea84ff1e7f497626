import { decodeHistogram, quantile, RELATIVE_ERROR, type Histogram } from '#delta'

/** How long requests took, milliseconds. Requests without a duration are not among them. */
export interface Latency {
  readonly count: number
  readonly mean: number
  readonly p50: number
  readonly p90: number
  readonly p95: number
  readonly p99: number
  /** Largest error of the quantiles, as a share of 1; the mean is exact. */
  readonly relativeError: number
}

/** Durations of many groups added up. */
export class LatencySum {
  private count = 0
  private sumMs = 0
  /** Durations by histogram bucket; dense, since most buckets are met sooner or later. */
  private readonly buckets: number[] = []

  /** Adds one stored histogram; one that only a newer release can read still counts in the mean. */
  add(count: number, sumMs: number, histogram: Uint8Array): void {
    this.count += count
    this.sumMs += sumMs
    const { indexes, counts } = decodeHistogram(histogram) ?? NOTHING
    for (let entry = 0; entry < indexes.length; entry++) this.raise(indexes[entry] ?? 0, counts[entry] ?? 0)
  }

  /** Adds another sum. */
  merge(other: LatencySum): void {
    this.count += other.count
    this.sumMs += other.sumMs
    other.buckets.forEach((count, index) => this.raise(index, count))
  }

  /** The quantiles; null where there is no duration. */
  latency(): Latency | null {
    if (this.count === 0) return null
    const histogram: Histogram = {
      indexes: Uint16Array.from(this.buckets.keys()),
      counts: Float64Array.from(this.buckets, (count) => count ?? 0),
    }
    const [p50 = 0, p90 = 0, p95 = 0, p99 = 0] = [0.5, 0.9, 0.95, 0.99].map((share) => quantile(histogram, share) ?? 0)
    return { count: this.count, mean: this.sumMs / this.count, p50, p90, p95, p99, relativeError: RELATIVE_ERROR }
  }

  private raise(index: number, count: number): void {
    this.buckets[index] = (this.buckets[index] ?? 0) + count
  }
}

const NOTHING: Histogram = { indexes: new Uint16Array(0), counts: new Float64Array(0) }
