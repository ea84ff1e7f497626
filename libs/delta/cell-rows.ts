import type { CellRows } from './fold-rows.js'
import type { SegmentSum } from './segment-sum.js'

/** The cells of all sources by (series, bucket). `positions` tells for each source where its series went. */
export const cellRows = (sums: readonly SegmentSum[], positions: readonly Int32Array[]): CellRows => {
  const length = sums.reduce((count, { cells }) => count + cells.length, 0)
  const loose = emptyCellRows(length)
  let at = 0
  for (const [source, { cells }] of sums.entries()) {
    for (let cell = 0; cell < cells.length; cell++, at++) {
      loose.series[at] = positions[source]![cells.series[cell]!]!
      loose.bucket[at] = cells.bucket[cell]!
      loose.count[at] = cells.count[cell]!
      loose.replayed[at] = cells.replayed[cell]!
      loose.retries[at] = cells.retries[cell]!
      loose.bytes[at] = cells.bytes[cell]!
      loose.durationMs[at] = cells.durationUs[cell]! / 1000
      loose.estimated[at] = cells.estimated[cell]!
    }
  }
  return inOrder(loose)
}

/**
 * The same cells in wider buckets: `width` is 6 for minutes, 360 for hours, 8640 for days (UTC). Buckets keep the
 * ten-second numbering and name the start of the wider one.
 */
export const rollUp = (cells: CellRows, width: number): CellRows => {
  const rows = emptyCellRows(cells.length)
  let last = -1
  for (let cell = 0; cell < cells.length; cell++) {
    const series = cells.series[cell]!
    const bucket = cells.bucket[cell]! - (cells.bucket[cell]! % width)
    if (last < 0 || rows.series[last] !== series || rows.bucket[last] !== bucket) {
      rows.series[++last] = series
      rows.bucket[last] = bucket
    }
    rows.count[last]! += cells.count[cell]!
    rows.replayed[last]! += cells.replayed[cell]!
    rows.retries[last]! += cells.retries[cell]!
    rows.bytes[last]! += cells.bytes[cell]!
    rows.durationMs[last]! += cells.durationMs[cell]!
    rows.estimated[last]! |= cells.estimated[cell]!
  }
  return headOf(rows, last + 1)
}

const emptyCellRows = (length: number): CellRows => ({
  length,
  series: new Int32Array(length),
  bucket: new Int32Array(length),
  count: new Float64Array(length),
  replayed: new Float64Array(length),
  retries: new Float64Array(length),
  bytes: new Float64Array(length),
  durationMs: new Float64Array(length),
  estimated: new Uint8Array(length),
})

const headOf = (rows: CellRows, length: number): CellRows => ({
  length,
  series: rows.series.subarray(0, length),
  bucket: rows.bucket.subarray(0, length),
  count: rows.count.subarray(0, length),
  replayed: rows.replayed.subarray(0, length),
  retries: rows.retries.subarray(0, length),
  bytes: rows.bytes.subarray(0, length),
  durationMs: rows.durationMs.subarray(0, length),
  estimated: rows.estimated.subarray(0, length),
})

const inOrder = (loose: CellRows): CellRows => {
  const order = orderOf(loose)
  const rows = emptyCellRows(loose.length)
  for (const column of [
    'series',
    'bucket',
    'count',
    'replayed',
    'retries',
    'bytes',
    'durationMs',
    'estimated',
  ] as const) {
    const [to, from] = [rows[column], loose[column]]
    for (let row = 0; row < order.length; row++) to[row] = from[order[row]!]!
  }
  return rows
}

/** A counting sort by series, then by bucket within each: cells of a series are few and mostly come in order of time. */
const orderOf = ({ length, series, bucket }: CellRows): Int32Array => {
  let count = 0
  for (let cell = 0; cell < length; cell++) count = Math.max(count, series[cell]! + 1)
  const ends = new Int32Array(count)
  for (let cell = 0; cell < length; cell++) ends[series[cell]!]!++
  for (let position = 1; position < count; position++) ends[position]! += ends[position - 1]!
  const next = new Int32Array(count)
  next.set(ends.subarray(0, count - 1), Math.min(1, count))
  const order = new Int32Array(length)
  for (let cell = 0; cell < length; cell++) order[next[series[cell]!]!++] = cell
  for (let position = 0, from = 0; position < count; from = ends[position++]!) {
    sortByBucket(order.subarray(from, ends[position]), bucket)
  }
  return order
}

const sortByBucket = (order: Int32Array, bucket: Int32Array): void => {
  for (let at = 1; at < order.length; at++) {
    if (bucket[order[at - 1]!]! <= bucket[order[at]!]!) continue
    order.sort((a, b) => bucket[a]! - bucket[b]!)
    return
  }
}
