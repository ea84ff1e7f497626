import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { EmbeddedPostgres } from '#platform'
import { startDatabase } from '../beside.js'
import { perSecond, SOURCE, type LoadOptions } from '../load/load-bench.js'
import { runLoader } from '../load/run-loader.js'
import { pollUntilCounted } from '../load/until-counted.js'
import { ServerProcess } from '../load/server-process.js'
import { GOALS, type Goal } from '../goals.js'
import { measured, type Measurement } from '../measurement.js'
import { percentile, spreadOf, type Spread } from '../statistics.js'
import { familySeconds, threadTimes } from './thread-times.js'

export interface FlatnessOptions extends LoadOptions {
  /** It ends when so many events are acknowledged, or after `seconds`. */
  readonly events: number
}

const ROUND_SECONDS = 10
/** So many rounds at the beginning are held against as many at the end. */
const COMPARED = 3
const MIB = 2 ** 20
const LOAD = 'one load for minutes'

interface Round {
  readonly perSecond: number
  readonly p99Ms: number
  /** CPU time of the server and its database. */
  readonly microsPerEvent: number
  readonly rssBytes: number
}

/** One load for minutes: its end against its beginning. Throws where the totals are not what was acknowledged. Linux only. */
export const benchFlatness = async (options: FlatnessOptions): Promise<Measurement[]> => {
  const data = await mkdtemp(join(options.folder, 'data-'))
  const postgres = await startDatabase(data)
  const server = await ServerProcess.start(data, { settings: { DATABASE_URL: postgres.url } })
  try {
    return await measure(server, postgres, options)
  } finally {
    await server.stop()
    await postgres.stop()
    await rm(data, { recursive: true, force: true })
  }
}

const measure = async (
  server: ServerProcess,
  postgres: EmbeddedPostgres,
  options: FlatnessOptions,
): Promise<Measurement[]> => {
  const rounds: Round[] = []
  let { acknowledged } = await runLoader(server.url, SOURCE, { ...options, seconds: 3, run: 0 })
  const endAt = performance.now() + options.seconds * 1_000
  while (rounds.length < 2 * COMPARED || (acknowledged < options.events && performance.now() < endAt)) {
    const before = cpuSeconds(server, postgres)
    const run = await runLoader(server.url, SOURCE, { ...options, seconds: ROUND_SECONDS, run: rounds.length + 1 })
    acknowledged += run.acknowledged
    rounds.push({
      perSecond: perSecond(run),
      p99Ms: percentile(run.ackMs, 0.99),
      microsPerEvent: ((cpuSeconds(server, postgres) - before) / run.acknowledged) * 1e6,
      rssBytes: server.rssBytes ?? NaN,
    })
    options.progress(`${(acknowledged / 1e6).toFixed(0)} M events: ${told(rounds.at(-1)!)}`)
  }
  await pollUntilCounted(server.url, SOURCE, acknowledged)
  return [measured(`${LOAD}: events`, '', 'more', null, [acknowledged]), ...comparisons(rounds)]
}

const cpuSeconds = (server: ServerProcess, postgres: EmbeddedPostgres): number =>
  familySeconds(postgres.pid) + [...threadTimes(server.pid).values()].reduce((sum, seconds) => sum + seconds, 0)

const told = ({ perSecond: rate, p99Ms, microsPerEvent, rssBytes }: Round): string =>
  `${Math.round(rate)} events/s, p99 ${Math.round(p99Ms)} ms, ${microsPerEvent.toFixed(2)} µs, ${Math.round(rssBytes / MIB)} MB`

const comparisons = (rounds: readonly Round[]): Measurement[] => {
  const compared = (name: string, unit: string, goal: Goal | null, pick: (round: Round) => number): Measurement[] => {
    const better = unit === 'events/s' ? 'more' : 'less'
    const [first, last] = [rounds.slice(0, COMPARED), rounds.slice(-COMPARED)].map((part) => spreadOf(part.map(pick)))
    const told = (when: string, inUnit: string, held: Goal | null, values: Spread | number[]): Measurement =>
      measured(`${LOAD}: ${name}, ${when}`, inUnit, better, held, values)
    return [
      told('at the beginning', unit, null, first!),
      told('at the end', unit, null, last!),
      told('end to beginning', '×', goal, [last!.median / first!.median]),
    ]
  }
  return [
    ...compared('rate', 'events/s', GOALS.flatRate, (round) => round.perSecond),
    ...compared('p99', 'ms', GOALS.flatP99, (round) => round.p99Ms),
    ...compared('CPU time of server and database for an event', 'µs', null, (round) => round.microsPerEvent),
    ...compared('server memory', 'MB', null, (round) => round.rssBytes / MIB),
  ]
}
