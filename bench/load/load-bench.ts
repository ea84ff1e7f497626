import type { Measurement } from '../measurement.js'
import { percentile, spreadOf } from '../statistics.js'
import type { Loaded } from './loader.js'
import { refusalsOf, runLoader } from './run-loader.js'
import type { ServerProcess } from './server-process.js'
import { withServer } from './with-server.js'
import { readBreakdown, readMetrics } from './totals.js'
import { pollUntilCounted } from './until-counted.js'

export const SOURCE = 'bench'

export interface LoadOptions {
  readonly folder: string
  readonly seconds: number
  readonly runs: number
  readonly connections: number
  readonly eventsPerBatch: number
  readonly progress: (line: string) => void
}

/** What the numbers of a load are held against. */
export interface LoadFloors {
  readonly eventsPerSecond: number
  readonly p99Ms: number
  readonly rssBytes: number
}

/** Loads a server of its own and checks that its totals are what it acknowledged. Throws where they are not. */
export const benchLoad = (options: LoadOptions, floors: LoadFloors): Promise<Measurement[]> =>
  withServer(options.folder, async (server) => measurementsOf(options, floors, await measure(server, options)))

const measure = async (server: ServerProcess, options: LoadOptions): Promise<Observed> => {
  const warmUp = await runLoader(server.url, SOURCE, { ...options, seconds: Math.min(3, options.seconds), run: 0 })
  await pollUntilCounted(server.url, SOURCE, warmUp.acknowledged)
  const before = await readMetrics(server.url, SOURCE)
  const rounds: Loaded[] = []
  let acknowledged = warmUp.acknowledged
  let visibleAfterMs = 0
  for (let run = 1; run <= options.runs; run++) {
    const round = await runLoader(server.url, SOURCE, { ...options, run })
    acknowledged += round.acknowledged
    visibleAfterMs = Math.max(visibleAfterMs, await pollUntilCounted(server.url, SOURCE, acknowledged))
    options.progress(`${options.eventsPerBatch} per batch: ${Math.round(round.acknowledged / round.seconds)} events/s`)
    rounds.push(round)
  }
  const after = await readMetrics(server.url, SOURCE)
  await checkBreakdown(server, acknowledged)
  return { rounds, folded: after.foldSeconds - before.foldSeconds, visibleAfterMs, maxRssBytes: server.maxRssBytes }
}

interface Observed {
  readonly rounds: readonly Loaded[]
  /** Seconds of folding. */
  readonly folded: number
  /** From the last acknowledgement until the totals were complete, ms. */
  readonly visibleAfterMs: number
  readonly maxRssBytes: number | null
}

const measurementsOf = (
  { connections, eventsPerBatch }: LoadOptions,
  floors: LoadFloors,
  { rounds, folded, visibleAfterMs, maxRssBytes }: Observed,
): Measurement[] => {
  const what = `${connections} connections × ${eventsPerBatch} ${eventsPerBatch === 1 ? 'event' : 'events'}`
  const acknowledged = rounds.reduce((sum, round) => sum + round.acknowledged, 0)
  const one = (
    name: string,
    unit: string,
    better: 'more' | 'less',
    floor: number | null,
    values: number[],
    note = '',
  ) => ({
    what: `${what}: ${name}`,
    unit,
    spread: spreadOf(values),
    better,
    floor,
    note,
  })
  return [
    one('durable ingest', 'events/s', 'more', floors.eventsPerSecond, rounds.map(perSecond), refusalsOf(rounds)),
    one(
      'acknowledgement p50',
      'ms',
      'less',
      null,
      rounds.map(({ ackMs }) => percentile(ackMs, 0.5)),
    ),
    one(
      'acknowledgement p99',
      'ms',
      'less',
      floors.p99Ms,
      rounds.map(({ ackMs }) => percentile(ackMs, 0.99)),
    ),
    one('fold', 's per million events', 'less', null, [(folded / acknowledged) * 1e6]),
    one('totals complete after the last acknowledgement', 'ms', 'less', 2_000, [visibleAfterMs]),
    ...(maxRssBytes === null
      ? []
      : [one('server memory (VmHWM)', 'MB', 'less', floors.rssBytes / 2 ** 20, [maxRssBytes / 2 ** 20])]),
  ]
}

export const perSecond = ({ acknowledged, seconds }: Loaded): number => acknowledged / seconds

export const checkBreakdown = async (server: ServerProcess, acknowledged: number): Promise<void> => {
  const counted = await readBreakdown(server.url, SOURCE)
  if (counted !== acknowledged) throw new Error(`acknowledged were ${acknowledged} events, GraphQL counts ${counted}`)
}
