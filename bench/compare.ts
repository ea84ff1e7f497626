import { readFile } from 'node:fs/promises'
import type { Measurement } from './measurement.js'
import { WrongArgument } from './options.js'
import { columns, written, type Report } from './report.js'

/** Medians that differ by less than this part are the same: two quiet runs of the same commit differ by as much. */
export const NOISE = 0.05

/**
 * Two reports beside each other, by the names and units of their measurements; throws a WrongArgument where they have none in common. A number has changed where the medians differ by more than
 * the noise and the ranges of the runs do not overlap; anything else says nothing.
 */
export const compare = (before: Report, after: Report): string => {
  const rows = before.measurements.flatMap((one) => {
    const other = after.measurements.find(({ what, unit }) => what === one.what && unit === one.unit)
    return other === undefined ? [] : [rowOf(one, other)]
  })
  if (rows.length === 0) throw new WrongArgument('the two results have no measurement in common')
  const told = [
    `before: ${before.machine}, ${before.at}`,
    `after:  ${after.machine}, ${after.at}`,
    `noise: medians within ${NOISE * 100} %, or ranges that overlap`,
  ]
  return [...told, '', ...columns([['what', 'before', 'after', 'ratio', ''], ...rows])].join('\n')
}

/** Reads a report that `--json` printed or `--save` kept. Throws a WrongArgument where the file cannot be read or holds none. */
export const readReport = async (path: string): Promise<Report> => {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw wrongFile(path, `cannot be read (${error.code})`)
  })
  try {
    const report = JSON.parse(text) as Partial<Report>
    if (report.measurements!.every(isMeasurement)) return report as Report
  } catch {
    // Told as any other text that is none.
  }
  throw wrongFile(path, 'holds no report')
}

const wrongFile = (path: string, fault: string): WrongArgument =>
  new WrongArgument(`${path} ${fault}; allowed: a file that npm run bench -- --save or --json has made`)

const isMeasurement = ({ what, unit, spread }: Measurement): boolean =>
  [what, unit].every((text) => typeof text === 'string') &&
  [spread.min, spread.median, spread.max].every((value) => typeof value === 'number')

const rowOf = (before: Measurement, after: Measurement): string[] => {
  const ratio = after.spread.median / before.spread.median
  return [
    `${before.what}, ${before.unit}`,
    written(before.spread.median),
    written(after.spread.median),
    ratio.toFixed(2),
    verdict(before, after, ratio),
  ]
}

const verdict = (before: Measurement, after: Measurement, ratio: number): string => {
  const overlap = before.spread.min <= after.spread.max && after.spread.min <= before.spread.max
  if (overlap || Math.abs(ratio - 1) <= NOISE) return 'within noise'
  return ratio > 1 === (before.better === 'more') ? 'better' : 'WORSE'
}
