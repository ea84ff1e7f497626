import { reachesFloor, type Measurement } from './measurement.js'
import type { Spread } from './statistics.js'

/** Everything that one run of the benchmarks measured. */
export interface Report {
  readonly machine: string
  /** When it was measured, ISO 8601. */
  readonly at: string
  readonly measurements: readonly Measurement[]
}

/** The report as lines of a table. */
export const tableOf = ({ machine, measurements }: Report): string =>
  [
    machine,
    '',
    ...columns([['what', 'median', 'least … most (runs)', 'floor', '', ''], ...measurements.map(rowOf)]),
  ].join('\n')

/** Rows of texts, padded so that they stand below each other. */
export const columns = (rows: readonly (readonly string[])[]): string[] => {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  )
}

/** A number as people read it: thousands grouped, small ones with decimals. */
export const written = (value: number): string =>
  value.toLocaleString('en-US', { maximumFractionDigits: Math.abs(value) < 10 ? 2 : 0 })

const rowOf = (measurement: Measurement): string[] => {
  const { what, unit, spread, better, floor, note } = measurement
  const reached = reachesFloor(measurement)
  return [
    `${what}, ${unit}`,
    written(spread.median),
    spreadText(spread),
    floor === null ? '' : `${better === 'more' ? '≥' : '≤'} ${written(floor)}`,
    reached === null ? '' : reached ? 'reached' : 'FALLS SHORT',
    note,
  ]
}

const spreadText = ({ min, max, runs }: Spread): string =>
  runs === 1 ? '' : `${written(min)} … ${written(max)} (${runs})`
