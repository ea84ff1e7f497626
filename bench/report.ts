import type { IngestResult } from './ingest/ingest-bench.js'
import type { ScanResult } from './scan/scan-bench.js'
import type { Spread } from './statistics.js'

/** Everything that one run of the benchmarks measured. */
export interface Report {
  readonly machine: string
  readonly scan: readonly ScanResult[]
  readonly ingest: IngestResult | null
}

/** What the numbers are held against. */
export const FLOORS = {
  linesPerCpuSecond: { combined: 1_500_000, ndjson: 900_000 },
  timesMtail: 10,
  eventsPerSecond: 350_000,
  p99Ms: 250,
  rssBytes: 400 * 2 ** 20,
} as const

/** The report as lines of a table: what, measured, spread, floor, verdict. */
export const tableOf = (report: Report): string => {
  const rows = [...report.scan.map((result) => scanRow(result, report.scan)), ...ingestRows(report.ingest)]
  const table = [['what', 'median', 'least … most (runs)', 'floor', ''], ...rows]
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)))
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  )
  return [report.machine, '', ...lines].join('\n')
}

type Row = readonly [what: string, median: string, spread: string, floor: string, verdict: string]

const scanRow = (
  { program, layout, lines, linesPerCpuSecond, maxRssBytes }: ScanResult,
  all: readonly ScanResult[],
): Row => {
  const memory = maxRssBytes === null ? '' : `, ${megabytes(maxRssBytes)}`
  const what = `${program}, ${layout}, ${grouped(lines)} lines${memory}: lines per CPU second`
  const numbers = [grouped(linesPerCpuSecond.median), spreadText(linesPerCpuSecond)] as const
  if (program !== 'statusline') return [what, ...numbers, '', timesSlower(linesPerCpuSecond.median, layout, all)]
  const floor = FLOORS.linesPerCpuSecond[layout]
  return [what, ...numbers, `≥ ${grouped(floor)}`, verdict(linesPerCpuSecond.median >= floor)]
}

const timesSlower = (median: number, layout: ScanResult['layout'], all: readonly ScanResult[]): string => {
  const ours = all.find((result) => result.program === 'statusline' && result.layout === layout)
  return ours === undefined ? '' : `statusline is ${(ours.linesPerCpuSecond.median / median).toFixed(1)} ×`
}

const ingestRows = (result: IngestResult | null): Row[] => {
  if (result === null) return []
  const { eventsPerSecond, p50Ms, p99Ms, maxRssBytes, refused } = result
  const what = `durable ingest, ${result.connections} connections × ${grouped(result.eventsPerBatch)} events`
  const refusals = Object.entries(refused).map(([status, count]) => `${count} × ${status}`)
  return [
    [
      `${what}: events/s`,
      grouped(eventsPerSecond.median),
      spreadText(eventsPerSecond),
      `≥ ${grouped(FLOORS.eventsPerSecond)}`,
      verdict(eventsPerSecond.median >= FLOORS.eventsPerSecond),
    ],
    ['acknowledgement p50, ms', p50Ms.median.toFixed(0), spreadText(p50Ms), '', ''],
    [
      'acknowledgement p99, ms',
      p99Ms.median.toFixed(0),
      spreadText(p99Ms),
      `≤ ${FLOORS.p99Ms}`,
      verdict(p99Ms.median <= FLOORS.p99Ms),
    ],
    ['fold, seconds per million events', result.foldSecondsPerMillion.toFixed(3), '', '', ''],
    ['totals complete after the last acknowledgement, ms', result.visibleAfterMs.toFixed(0), '', '≤ 2,000', ''],
    [
      'server memory (VmHWM)',
      maxRssBytes === null ? 'not told' : megabytes(maxRssBytes),
      '',
      `≤ ${megabytes(FLOORS.rssBytes)}`,
      maxRssBytes === null ? '' : verdict(maxRssBytes <= FLOORS.rssBytes),
    ],
    ['batches refused', refusals.join(', ') || 'none', '', '', ''],
  ]
}

const verdict = (reached: boolean): string => (reached ? 'reached' : 'FALLS SHORT')
const grouped = (value: number): string => Math.round(value).toLocaleString('en-US')
const megabytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MB`
const spreadText = ({ min, max, runs }: Spread): string => `${grouped(min)} … ${grouped(max)} (${runs})`
