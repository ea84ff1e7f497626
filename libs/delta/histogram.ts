import { ByteReader } from './byte-reader.js'
import { ByteWriter } from './byte-writer.js'
import { bucketLowerMs, bucketUpperMs, LATENCY_BUCKETS } from './latency-buckets.js'

/** A sparse histogram over the latency buckets: indexes ascending, each with its count. */
export interface Histogram {
  readonly indexes: Uint16Array
  readonly counts: Float64Array
}

/** Version of the stored bytes: of their layout and of the bucket layout. */
export const HISTOGRAM_VERSION = 1
/** No quantile is further than this from the exact one, relatively, for durations of 0.1 ms to 1 h. */
export const RELATIVE_ERROR = 0.05

export const EMPTY_HISTOGRAM: Histogram = { indexes: new Uint16Array(0), counts: new Float64Array(0) }

const writer = new ByteWriter(1024)

/** The stored bytes of a histogram: version, length, then (index difference, count) as varints. */
export const encodeHistogram = ({ indexes, counts }: Histogram): Uint8Array => {
  writer.clear()
  writer.byte(HISTOGRAM_VERSION)
  writer.uint(indexes.length)
  let before = 0
  for (let entry = 0; entry < indexes.length; entry++) {
    writer.uint(indexes[entry]! - before)
    writer.uint(counts[entry]!)
    before = indexes[entry]!
  }
  return writer.slice()
}

/** A stored histogram; null where the bytes are none of a known version. */
export const decodeHistogram = (bytes: Uint8Array): Histogram | null => {
  const reader = new ByteReader(bytes)
  if (reader.byte() !== HISTOGRAM_VERSION) return null
  const length = reader.count(2, 'buckets')
  const indexes = new Uint16Array(length)
  const counts = new Float64Array(length)
  for (let entry = 0, index = 0; entry < length; entry++) {
    const step = reader.uint()
    if (step === 0 && entry > 0) return null
    index += step
    if (index >= LATENCY_BUCKETS) return null
    indexes[entry] = index
    counts[entry] = reader.uint()
  }
  return reader.fault === null && reader.remaining === 0 ? { indexes, counts } : null
}

/** The sum of two histograms. */
export const mergeHistograms = (a: Histogram, b: Histogram): Histogram => {
  const indexes = new Uint16Array(a.indexes.length + b.indexes.length)
  const counts = new Float64Array(indexes.length)
  let length = 0
  for (let i = 0, j = 0; i < a.indexes.length || j < b.indexes.length; length++) {
    const left = a.indexes[i] ?? LATENCY_BUCKETS
    const right = b.indexes[j] ?? LATENCY_BUCKETS
    indexes[length] = Math.min(left, right)
    counts[length] = (left <= right ? a.counts[i++]! : 0) + (right <= left ? b.counts[j++]! : 0)
  }
  return { indexes: indexes.slice(0, length), counts: counts.slice(0, length) }
}

/** How many durations it holds. */
export const histogramCount = ({ counts }: Histogram): number => counts.reduce((sum, count) => sum + count, 0)

/**
 * The duration, milliseconds, that a share `q` (0..1) of the durations does not pass: the middle of its bucket. Null where
 * there is none. Durations up to 0.1 ms answer 0.05, those over an hour answer one hour.
 */
export const quantile = (histogram: Histogram, q: number): number | null => {
  const rank = Math.max(1, Math.ceil(q * histogramCount(histogram)))
  let passed = 0
  for (let entry = 0; entry < histogram.indexes.length; entry++) {
    passed += histogram.counts[entry]!
    if (passed >= rank) return bucketMiddleMs(histogram.indexes[entry]!)
  }
  return null
}

/** For each edge (ms, ascending), how many durations are at most that long; exact where it is an edge of a bucket, as every exported one is. */
export const cumulativeAt = ({ indexes, counts }: Histogram, edgesMs: readonly number[]): number[] => {
  let sum = 0
  let entry = 0
  return edgesMs.map((edgeMs) => {
    while (entry < indexes.length && bucketUpperMs(indexes[entry]!) <= edgeMs) sum += counts[entry++]!
    return sum
  })
}

const bucketMiddleMs = (index: number): number => {
  const upperMs = bucketUpperMs(index)
  const lowerMs = bucketLowerMs(index)
  if (upperMs === Infinity) return lowerMs
  return lowerMs === 0 ? upperMs / 2 : Math.sqrt(lowerMs * upperMs)
}
