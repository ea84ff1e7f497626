import type { CellRows } from '#delta'

/** The same cells under other positions of series. */
export const replaceSeries = (cells: CellRows, target: Int32Array): CellRows => ({
  ...cells,
  series: Int32Array.from(cells.series.subarray(0, cells.length), (position) => target[position] ?? 0),
})

/** Cells in order of (series, bucket), those of one pair added up: needed after series were thrown together. */
export function inOrder(cells: CellRows): CellRows {
  const order = Array.from({ length: cells.length }, (_, cell) => cell)
  const seriesOf = (cell: number) => cells.series[cell] ?? 0
  const bucketOf = (cell: number) => cells.bucket[cell] ?? 0
  order.sort((a, b) => seriesOf(a) - seriesOf(b) || bucketOf(a) - bucketOf(b))
  const sum = emptyCells(cells.length)
  let last = -1
  for (const cell of order) {
    if (last < 0 || sum.series[last] !== seriesOf(cell) || sum.bucket[last] !== bucketOf(cell)) {
      sum.series[++last] = seriesOf(cell)
      sum.bucket[last] = bucketOf(cell)
    }
    for (const name of SUMMED) sum[name][last] = (sum[name][last] ?? 0) + (cells[name][cell] ?? 0)
    sum.estimated[last] = (sum.estimated[last] ?? 0) | (cells.estimated[cell] ?? 0)
  }
  return headOf(sum, last + 1)
}

/** The cells for which `keep` holds. */
export function filterCells(cells: CellRows, keep: (cell: number) => boolean): CellRows {
  const kept: number[] = []
  for (let cell = 0; cell < cells.length; cell++) if (keep(cell)) kept.push(cell)
  if (kept.length === cells.length) return cells
  const pick = <T extends Int32Array | Float64Array | Uint8Array>(column: T, empty: T): T => {
    kept.forEach((cell, place) => (empty[place] = column[cell] ?? 0))
    return empty
  }
  const empty = emptyCells(kept.length)
  return {
    length: kept.length,
    series: pick(cells.series, empty.series),
    bucket: pick(cells.bucket, empty.bucket),
    count: pick(cells.count, empty.count),
    replayed: pick(cells.replayed, empty.replayed),
    retries: pick(cells.retries, empty.retries),
    bytes: pick(cells.bytes, empty.bytes),
    durationMs: pick(cells.durationMs, empty.durationMs),
    estimated: pick(cells.estimated, empty.estimated),
  }
}

const SUMMED = ['count', 'replayed', 'retries', 'bytes', 'durationMs'] as const

const headOf = (cells: CellRows, length: number): CellRows => sliceCells(cells, 0, length)

/** The cells `from..to`, on the same memory. */
export function sliceCells(cells: CellRows, from: number, to: number): CellRows {
  const cut = <T extends Int32Array | Float64Array | Uint8Array>(column: T) =>
    column.subarray(from, Math.min(to, cells.length)) as T
  const series = cut(cells.series)
  return {
    length: series.length,
    series,
    bucket: cut(cells.bucket),
    count: cut(cells.count),
    replayed: cut(cells.replayed),
    retries: cut(cells.retries),
    bytes: cut(cells.bytes),
    durationMs: cut(cells.durationMs),
    estimated: cut(cells.estimated),
  }
}

const emptyCells = (length: number): CellRows => ({
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
