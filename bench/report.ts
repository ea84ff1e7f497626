import { reached, type Measurement } from './measurement.js'
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
    ...columns([['what', 'median', 'least … most (runs)', 'floor', 'aim', '', ''], ...measurements.map(rowOf)]),
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
  const { what, unit, spread, better, floor, aim, note } = measurement
  const held = (goal: number | null): string =>
    goal === null ? '' : `${better === 'more' ? '≥' : '≤'} ${written(goal)}`
  return [
    `${what}, ${unit}`,
    written(spread.median),
    spreadText(spread),
    held(floor),
    held(aim),
    verdictOf(measurement),
    note,
  ]
}

/** A floor is what must be reached; an aim alone is not missed in capitals. */
const verdictOf = (measurement: Measurement): string => {
  const far = reached(measurement)
  if (far === 'neither') return measurement.floor === null ? 'short of the aim' : 'FALLS SHORT'
  return far === null ? '' : `${far} reached`
}

const spreadText = ({ min, max, runs }: Spread): string =>
  runs === 1 ? '' : `${written(min)} … ${written(max)} (${runs})`
