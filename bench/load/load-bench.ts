import { GOALS, type Goal } from '../goals.js'
import { measured, type Measurement } from '../measurement.js'
import { percentile } from '../statistics.js'
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
export interface LoadGoals {
  readonly eventsPerSecond: Goal
  readonly p99Ms: Goal
}

/** Loads a server of its own and checks that its totals are what it acknowledged. Throws where they are not. */
export const benchLoad = (options: LoadOptions, goals: LoadGoals): Promise<Measurement[]> =>
  withServer(options.folder, async (server) => measurementsOf(options, goals, await measure(server, options, null)))

/** The same, in turns with a server that acknowledges every batch and writes none. */
export const benchLoadBesideNone = (options: LoadOptions, goals: LoadGoals): Promise<Measurement[]> =>
  withServer(
    options.folder,
    (bare) =>
      withServer(options.folder, async (server) =>
        measurementsOf(options, goals, await measure(server, options, bare)),
      ),
    { withoutDatabase: true },
  )

const measure = async (server: ServerProcess, options: LoadOptions, bare: ServerProcess | null): Promise<Observed> => {
  const warmUp = await runLoader(server.url, SOURCE, { ...options, seconds: Math.min(3, options.seconds), run: 0 })
  await pollUntilCounted(server.url, SOURCE, warmUp.acknowledged)
  const before = await readMetrics(server.url, SOURCE)
  const rounds: Loaded[] = []
  const bareRounds: Loaded[] = []
  let acknowledged = warmUp.acknowledged
  let visibleAfterMs = 0
  for (let run = 1; run <= options.runs; run++) {
    const round = await runLoader(server.url, SOURCE, { ...options, run })
    acknowledged += round.acknowledged
    visibleAfterMs = Math.max(visibleAfterMs, await pollUntilCounted(server.url, SOURCE, acknowledged))
    options.progress(`${options.eventsPerBatch} per batch: ${Math.round(round.acknowledged / round.seconds)} events/s`)
    rounds.push(round)
    if (bare !== null) bareRounds.push(await loadBare(bare, options, run))
  }
  const after = await readMetrics(server.url, SOURCE)
  await checkBreakdown(server, acknowledged)
  const folded = after.foldSeconds - before.foldSeconds
  return { rounds, bareRounds, folded, visibleAfterMs, maxRssBytes: server.maxRssBytes }
}

/** Throws where it wrote after all. */
const loadBare = async (bare: ServerProcess, options: LoadOptions, run: number): Promise<Loaded> => {
  if (run === 1) await runLoader(bare.url, SOURCE, { ...options, seconds: Math.min(3, options.seconds), run: 0 })
  const round = await runLoader(bare.url, SOURCE, { ...options, run })
  options.progress(`the same without a database: ${Math.round(perSecond(round))} events/s`)
  const { counted } = await readMetrics(bare.url, SOURCE)
  if (counted !== 0) throw new Error(`the server without a database counts ${counted} events`)
  return round
}

interface Observed {
  readonly rounds: readonly Loaded[]
  /** Of the server without a database, each behind its twin; none where it was not asked for. */
  readonly bareRounds: readonly Loaded[]
  /** Seconds of folding. */
  readonly folded: number
  /** From the last acknowledgement until the totals were complete, ms. */
  readonly visibleAfterMs: number
  readonly maxRssBytes: number | null
}

const measurementsOf = (
  { connections, eventsPerBatch }: LoadOptions,
  goals: LoadGoals,
  { rounds, bareRounds, folded, visibleAfterMs, maxRssBytes }: Observed,
): Measurement[] => {
  const what = `${connections} connections × ${eventsPerBatch} ${eventsPerBatch === 1 ? 'event' : 'events'}`
  const acknowledged = rounds.reduce((sum, round) => sum + round.acknowledged, 0)
  const one: One = (name, ...rest) => measured(`${what}: ${name}`, ...rest)
  return [
    one('durable ingest', 'events/s', 'more', goals.eventsPerSecond, rounds.map(perSecond), refusalsOf(rounds)),
    ...(bareRounds.length === 0 ? [] : besideBare(one, rounds, bareRounds)),
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
      goals.p99Ms,
      rounds.map(({ ackMs }) => percentile(ackMs, 0.99)),
    ),
    one('fold', 's per million events', 'less', null, [(folded / acknowledged) * 1e6]),
    one('totals complete after the last acknowledgement', 'ms', 'less', GOALS.totalsCompleteMs, [visibleAfterMs]),
    ...(maxRssBytes === null
      ? []
      : [one('server memory (VmHWM)', 'MB', 'less', GOALS.serverMegabytes, [maxRssBytes / 2 ** 20])]),
  ]
}

type One = (
  name: string,
  unit: string,
  better: 'more' | 'less',
  goal: Goal | null,
  values: number[],
  note?: string,
) => Measurement

/** Each run with its twin, so that what the machine does meanwhile touches both. */
const besideBare = (one: One, rounds: readonly Loaded[], bareRounds: readonly Loaded[]): Measurement[] => [
  one('ingest without a database', 'events/s', 'more', null, bareRounds.map(perSecond), refusalsOf(bareRounds)),
  one(
    'durable ingest',
    '× that without a database',
    'more',
    GOALS.ofServerWithoutDatabase,
    rounds.map((round, run) => perSecond(round) / perSecond(bareRounds[run]!)),
  ),
]

export const perSecond = ({ acknowledged, seconds }: Loaded): number => acknowledged / seconds

export const checkBreakdown = async (server: ServerProcess, acknowledged: number): Promise<void> => {
  const counted = await readBreakdown(server.url, SOURCE)
  if (counted !== acknowledged) throw new Error(`acknowledged were ${acknowledged} events, GraphQL counts ${counted}`)
}
