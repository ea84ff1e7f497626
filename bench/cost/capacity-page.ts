import { needOf, type Traffic } from './capacity.js'
import { BODY_BYTES, CELLS_PER_SERIES, DISK_BYTES_PER_CELL, EVENT_COSTS, MEMORY, ROW_COST } from './costs.js'

type Row = readonly string[]

const micros = (value: number): string => `${figures(value)} µs`
const bytes = (value: number): string => scaled(value, ['B', 'kB', 'MB', 'GB', 'TB'])
const figures = (value: number): string => {
  if (Number.isInteger(value)) return value.toLocaleString('en-US')
  const digits = Math.max(0, 1 - Math.floor(Math.log10(Math.max(value, 1e-9))))
  return value >= 10 ? Math.round(value).toLocaleString('en-US') : value.toFixed(Math.min(2, digits))
}

const scaled = (value: number, units: readonly string[]): string => {
  const place = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(value, 1)) / 3)))
  return `${figures(value / 1_000 ** place)} ${units[place]}`
}

/** The table of costs, Markdown. */
export const costsTable = (): string => {
  const each = Object.entries(EVENT_COSTS).toSorted(([a], [b]) => Number(b) - Number(a))
  const row = (name: string, pick: (cost: (typeof EVENT_COSTS)['1']) => string): Row => [
    name,
    ...each.map(([, cost]) => pick(cost)),
  ]
  return [
    ...table([
      ['an event, by events in a request', ...each.map(([events]) => figures(Number(events)))],
      row('main thread of the server, CPU', ({ mainMicros }) => micros(mainMicros)),
      row('its other threads but the fold, CPU', ({ otherMicros }) => micros(otherMicros)),
      row('the fold, CPU', ({ foldMicros }) => micros(foldMicros)),
      row('the fold, on the clock', ({ foldClockMicros }) => micros(foldClockMicros)),
      row('Postgres, CPU', ({ postgresMicros }) => micros(postgresMicros)),
      row("Postgres' log (WAL)", ({ walBytes }) => bytes(walBytes)),
    ]),
    '',
    ...table([
      ['what', 'costs'],
      ['a row of a tier that a fold writes, CPU of the fold', micros(ROW_COST.foldMicros)],
      ['the same, CPU of Postgres', micros(ROW_COST.postgresMicros)],
      ["the same, Postgres' log", bytes(ROW_COST.walBytes)],
      ['a row on disk, with indexes and rollups', bytes(DISK_BYTES_PER_CELL)],
      ['a series that is always active, at default retention', `${figures(CELLS_PER_SERIES)} rows`],
      ['the same on disk', bytes(CELLS_PER_SERIES * DISK_BYTES_PER_CELL)],
      ['a series in the memory of each server', bytes(MEMORY.seriesBytes)],
      ['a server at work', bytes(MEMORY.processBytes)],
      ['an event on the network, NDJSON, not compressed', bytes(BODY_BYTES)],
    ]),
  ].join('\n')
}

const EXAMPLES: readonly Traffic[] = [
  { eventsPerSecond: 1_000, eventsPerRequest: '1', series: 500 },
  { eventsPerSecond: 100_000, eventsPerRequest: '1000', series: 5_000 },
  { eventsPerSecond: 1_000_000, eventsPerRequest: '1000', series: 10_000 },
  { eventsPerSecond: 10_000_000, eventsPerRequest: '1000', series: 50_000 },
]

/** The worked examples, Markdown. */
export const examplesTable = (): string => {
  const needs = EXAMPLES.map((traffic) => ({ traffic, need: needOf(traffic) }))
  type Column = (typeof needs)[number]
  const row = (name: string, pick: (column: Column) => string): Row => [name, ...needs.map(pick)]
  return table([
    row('events a second', ({ traffic }) => figures(traffic.eventsPerSecond)),
    row('events in a request', ({ traffic }) => figures(Number(traffic.eventsPerRequest))),
    row('active series', ({ traffic }) => figures(traffic.series)),
    row('requests a second', ({ need }) => figures(need.requestsPerSecond)),
    row('network', ({ need }) => `${scaled(8 * need.networkBytesPerSecond, ['bit', 'kbit', 'Mbit', 'Gbit'])}/s`),
    row('cores that take events', ({ need }) => figures(need.ingestCores)),
    row('servers that take events', ({ need }) => figures(need.processes)),
    row('one folder would be busy', ({ need }) => `${figures(100 * need.folderBusy)} %`),
    row('databases, each with a folder', ({ need }) => figures(need.databases)),
    row('cores of folders and databases', ({ need }) => figures(need.databaseCores)),
    row("Postgres' log", ({ need }) => `${bytes(need.walBytesPerSecond)}/s`),
    row('disk at default retention', ({ need }) => bytes(need.diskBytes)),
    row('memory of all servers', ({ need }) => bytes(need.memoryBytes)),
  ]).join('\n')
}

const table = ([head = [], ...rows]: readonly Row[]): string[] =>
  [head, head.map((_, column) => (column === 0 ? '---' : '--:')), ...rows].map((row) => `| ${row.join(' | ')} |`)
