import * as fc from 'fast-check'
import {
  cumulativeAt,
  decodeHistogram,
  EMPTY_HISTOGRAM,
  encodeHistogram,
  histogramCount,
  mergeHistograms,
  quantile,
  RELATIVE_ERROR,
  type Histogram,
} from './histogram.js'
import { bucketIndex, bucketLowerMs, bucketUpperMs, EXPORTED_LE_MS, LATENCY_BUCKETS } from './latency-buckets.js'

const histogramOf = (durations: readonly number[]): Histogram => {
  const counts = new Map<number, number>()
  for (const durationMs of durations)
    counts.set(bucketIndex(durationMs), (counts.get(bucketIndex(durationMs)) ?? 0) + 1)
  const indexes = [...counts.keys()].sort((a, b) => a - b)
  return { indexes: Uint16Array.from(indexes), counts: Float64Array.from(indexes, (index) => counts.get(index)!) }
}

/** Durations spread over the decades, in whole microseconds as sums are. */
const durationMs = fc.double({ min: -4, max: 7, noNaN: true }).map((power) => Math.round(1000 * 10 ** power) / 1000)
const withinLayout = fc
  .double({ min: -0.99, max: 6.556, noNaN: true })
  .map((power) => Math.round(1000 * 10 ** power) / 1000)

describe('latency buckets', () => {
  it('have every exported le as an edge', () => {
    for (const leMs of EXPORTED_LE_MS) {
      expect(bucketUpperMs(bucketIndex(leMs))).toBe(leMs)
      expect(bucketIndex(leMs + 0.001)).toBe(bucketIndex(leMs) + 1)
    }
  })

  it('rise by at most 10 % between 0.1 ms and an hour', () => {
    expect(bucketUpperMs(0)).toBe(0.1)
    expect(bucketLowerMs(LATENCY_BUCKETS - 1)).toBe(3_600_000)
    for (let index = 1; index < LATENCY_BUCKETS - 1; index++) {
      expect(bucketUpperMs(index) / bucketLowerMs(index)).toBeLessThanOrEqual(1.1)
      expect(bucketUpperMs(index)).toBeGreaterThan(bucketLowerMs(index))
    }
  })

  it('fit the byte that tables keep for them', () => expect(LATENCY_BUCKETS).toBeLessThan(256))

  it('hold what lies between their edges', () => {
    fc.assert(
      fc.property(durationMs, (ms) => {
        const index = bucketIndex(ms)
        expect(ms).toBeLessThanOrEqual(bucketUpperMs(index))
        if (index > 0) expect(ms).toBeGreaterThan(bucketLowerMs(index))
      }),
      { numRuns: 500 },
    )
  })
})

describe('a histogram', () => {
  it('answers quantiles within the stated error', () => {
    fc.assert(
      fc.property(
        fc.array(withinLayout, { minLength: 1, maxLength: 200 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (durations, q) => {
          const exact = durations.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(q * durations.length)) - 1]!
          const answer = quantile(histogramOf(durations), q)!
          expect(Math.abs(answer - exact) / exact).toBeLessThanOrEqual(RELATIVE_ERROR)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('counts exactly what is at most each exported le', () => {
    fc.assert(
      fc.property(fc.array(durationMs), (durations) => {
        const edges = [...EXPORTED_LE_MS, Infinity]
        expect(cumulativeAt(histogramOf(durations), edges)).toEqual(
          edges.map((leMs) => durations.filter((ms) => ms <= leMs).length),
        )
      }),
      { numRuns: 200 },
    )
  })

  it('is the same however it was split and merged', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(durationMs, fc.nat(3))), (parts) => {
        const of = (part: number): Histogram => histogramOf(parts.filter(([, at]) => at === part).map(([ms]) => ms))
        const merged = [2, 0, 3, 1].map(of).reduce(mergeHistograms, EMPTY_HISTOGRAM)
        const whole = histogramOf(parts.map(([ms]) => ms))
        expect(merged).toEqual(whole)
        expect(histogramCount(merged)).toBe(parts.length)
        expect(decodeHistogram(encodeHistogram(merged))).toEqual(merged)
      }),
      { numRuns: 200 },
    )
  })

  it('has no quantile when it is empty, and ends at an hour', () => {
    expect(quantile(EMPTY_HISTOGRAM, 0.5)).toBeNull()
    expect(quantile(histogramOf([1e9]), 0.5)).toBe(3_600_000)
    expect(quantile(histogramOf([0]), 0.5)).toBe(0.05)
  })

  it('keeps its stored bytes', () => {
    const bytes = encodeHistogram(histogramOf([0, 4.9, 5, 5, 12.5, 60_000, 1e8]))
    expect(Buffer.from(bytes).toString('hex')).toBe('010500012e030b015f012c01')
  })

  it('refuses bytes that are none', () => {
    for (const bytes of ['', '00', '01', '0101', '010200010001', '0101ff0101', '01ffffffff0f', '0101010100']) {
      expect(decodeHistogram(Buffer.from(bytes, 'hex'))).toBeNull()
    }
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void decodeHistogram(bytes)))
  })
})
