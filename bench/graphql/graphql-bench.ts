import { GOALS } from '../goals.js'
import { withDataFolder } from '../load/data-folder.js'
import type { Loaded } from '../load/loader.js'
import { refusalsOf, runLoader } from '../load/run-loader.js'
import { ServerProcess } from '../load/server-process.js'
import { readBreakdown } from '../load/totals.js'
import { measured, type Measurement } from '../measurement.js'
import { labelsOf } from '../query/labels.js'
import { foldTraffic } from '../query/stored-cells.js'
import { storeMonth, type Stored } from '../query/stored-month.js'
import { percentile } from '../statistics.js'
import { pollUntilCounted } from '../load/until-counted.js'
import { benchCodes } from './codes-bench.js'
import { whileReading, type Read } from './readers.js'

const SOURCE = 'bench'
const HOUR_MS = 3_600_000
const EVENTS_PER_BATCH = 1_000

export interface GraphqlOptions {
  readonly folder: string
  readonly runs: number
  /** Series of the stored month. */
  readonly series: number
  /** Requests for the catalogue in each run. */
  readonly requests: number
  readonly connections: number
  /** Length of each load. */
  readonly seconds: number
  readonly progress: (line: string) => void
}

/** Asks for what is in memory, then loads the server with and without readers of a stored month. Throws where an answer is wrong. */
export const benchGraphql = (options: GraphqlOptions): Promise<Measurement[]> =>
  withDataFolder(options.folder, async (data) => {
    const { stored } = await storeMonth(data, (pool, _url, nowMs) =>
      foldTraffic(pool, labelsOf(options.series), [(Math.floor(nowMs / HOUR_MS) - 1) * HOUR_MS], 1),
    )
    const server = await ServerProcess.start(data)
    try {
      return [...(await benchCodes(server, options)), ...(await benchReaders(server, stored, options))]
    } finally {
      await server.stop()
    }
  })

/** One load without readers, one with them. */
interface Pair {
  readonly alone: Loaded
  readonly beside: Loaded
  readonly read: Read
}

const benchReaders = async (
  server: ServerProcess,
  stored: Stored,
  { runs, connections, seconds, progress }: GraphqlOptions,
): Promise<Measurement[]> => {
  const load = (run: number, length = seconds) =>
    runLoader(server.url, SOURCE, {
      seconds: length,
      connections,
      eventsPerBatch: EVENTS_PER_BATCH,
      run,
    })
  let acknowledged = (await load(0, Math.min(3, seconds))).acknowledged
  const pairs: Pair[] = []
  for (let run = 1; run <= runs; run++) {
    const alone = () => load(2 * run - 1)
    const beside = () => whileReading(server.url, stored, run, () => load(2 * run))
    const pair = await (run % 2 === 1 ? aloneFirst(alone, beside) : besideFirst(alone, beside))
    acknowledged += pair.alone.acknowledged + pair.beside.acknowledged
    await pollUntilCounted(server.url, SOURCE, acknowledged)
    progress(`ingest p99: ${p99(pair.alone).toFixed(0)} ms alone, ${p99(pair.beside).toFixed(0)} ms beside readers`)
    pairs.push(pair)
  }
  const counted = await readBreakdown(server.url, SOURCE)
  if (counted !== acknowledged) throw new Error(`acknowledged were ${acknowledged} events, GraphQL counts ${counted}`)
  return measurementsOf(pairs)
}

type Alone = () => Promise<Loaded>
type Beside = () => Promise<{ result: Loaded; read: Read }>

const aloneFirst = async (alone: Alone, beside: Beside): Promise<Pair> => {
  const first = await alone()
  const { result, read } = await beside()
  return { alone: first, beside: result, read }
}

/** Every other time, so that what a first load warms up favours neither. */
const besideFirst = async (alone: Alone, beside: Beside): Promise<Pair> => {
  const { result, read } = await beside()
  return { alone: await alone(), beside: result, read }
}

const p99 = ({ ackMs }: Loaded): number => percentile(ackMs, 0.99)
const rate = ({ acknowledged, seconds }: Loaded): number => acknowledged / seconds

const measurementsOf = (pairs: readonly Pair[]): Measurement[] => {
  const readers = 'ten dashboards and a 30-day query'
  const alone = pairs.map((pair) => pair.alone)
  const beside = pairs.map((pair) => pair.beside)
  const over = (valueOf: (loaded: Loaded) => number) => pairs.map((pair) => valueOf(pair.beside) / valueOf(pair.alone))
  return [
    measured('ingest p99 without readers', 'ms', 'less', null, alone.map(p99), refusalsOf(alone)),
    measured(`ingest p99 beside ${readers}`, 'ms', 'less', null, beside.map(p99), refusalsOf(beside)),
    measured(`ingest p99 beside ${readers}, over without`, '×', 'less', GOALS.ingestBesideReaders, over(p99)),
    measured(`ingest beside ${readers}, over without`, '×', 'more', null, over(rate)),
    measured('30-day query beside ingest: p50', 'ms', 'less', null, pairs.map(monthP50)),
    measured('answers to dashboards beside ingest', 'per s', 'more', null, pairs.map(answersPerSecond)),
  ]
}

const monthP50 = ({ read }: Pair): number =>
  percentile(
    read.monthMs.toSorted((a, b) => a - b),
    0.5,
  )

const answersPerSecond = ({ beside, read }: Pair): number => read.dashboards / beside.seconds
