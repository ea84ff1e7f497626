import { decodeHistogram, EMPTY_HISTOGRAM, encodeHistogram, mergeHistograms, type LatencyRow } from '#delta'
import { column } from './column.js'

/** A histogram as it is stored. */
export interface StoredLatency {
  readonly count: number
  readonly sum_ms: number
  readonly histogram: Buffer
}

/** A histogram with its count and sum. */
export type LatencySum = Pick<LatencyRow, 'count' | 'sumMs' | 'indexes' | 'counts'>

/** Two of them together. */
export const add = (a: LatencySum, b: LatencySum): LatencySum => ({
  ...mergeHistograms(a, b),
  count: a.count + b.count,
  sumMs: a.sumMs + b.sumMs,
})

/** What is stored, and more. A stored histogram of an unknown version keeps its count and sum; its shape is lost rather than the fold. */
export function merge(row: LatencySum, stored: StoredLatency | undefined): LatencySum {
  if (stored === undefined) return row
  const histogram = decodeHistogram(stored.histogram) ?? EMPTY_HISTOGRAM
  return add(row, { ...histogram, count: Number(stored.count), sumMs: stored.sum_ms })
}

/** Counts, sums and histograms as columns of Postgres. */
export const columnsOf = (sums: readonly LatencySum[]): unknown[] => [
  column(sums.map((sum) => Math.round(sum.count))),
  column(sums.map((sum) => sum.sumMs)),
  sums.map((sum) => Buffer.from(encodeHistogram(sum))),
]
