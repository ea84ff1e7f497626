import type { LatencyRow } from './fold-rows.js'
import { mergeHistograms } from './histogram.js'

/** The same latencies in wider buckets; `width` as for `rollUp`, 1 as they are. Rows must be ordered by (group, bucket). */
export const rollUpLatencies = (rows: readonly LatencyRow[], width: number): LatencyRow[] => {
  const wide: LatencyRow[] = []
  for (const row of rows) {
    const bucket = row.bucket - (row.bucket % width)
    const last = wide.at(-1)
    if (last?.group === row.group && last.bucket === bucket) wide[wide.length - 1] = merged(last, row)
    else wide.push({ ...row, bucket })
  }
  return wide
}

const merged = (a: LatencyRow, b: LatencyRow): LatencyRow => ({
  ...a,
  ...mergeHistograms(a, b),
  count: a.count + b.count,
  sumMs: a.sumMs + b.sumMs,
})
