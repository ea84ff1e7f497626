import { GOALS, type Goal } from '../goals.js'
import { measured, type Measurement } from '../measurement.js'
import { percentile } from '../statistics.js'
import { checkBreakdown, perSecond, SOURCE, type LoadOptions } from './load-bench.js'
import { refusalsOf, runLoader } from './run-loader.js'
import { pollUntilCounted } from './until-counted.js'
import type { Loaded } from './loader.js'
import { MemoryWatch } from './memory-watch.js'
import type { ServerProcess } from './server-process.js'
import { withServer } from './with-server.js'

/** So many times the connections, none of which waits for another. */
const TIMES = 3
/** Length of the runs before and after the overload. */
const NORMAL_SECONDS = 30
const MIB = 2 ** 20

interface Observed {
  readonly before: Loaded
  readonly over: Loaded
  readonly after: Loaded
  readonly memory: MemoryWatch
}

/**
 * Normal load, `TIMES` the connections for `seconds`, normal load again. Every event that was acknowledged must be counted, and none
 * else; throws where that does not hold.
 */
export const benchOverload = (options: LoadOptions): Promise<Measurement[]> =>
  withServer(options.folder, async (server) => measurementsOf(options, await measure(server, options)))

const measure = async (server: ServerProcess, options: LoadOptions): Promise<Observed> => {
  const normalSeconds = Math.min(NORMAL_SECONDS, options.seconds)
  const more = { ...options, connections: TIMES * options.connections }
  const warmUp = await runLoader(server.url, SOURCE, { ...options, seconds: Math.min(5, options.seconds), run: 0 })
  const before = await runLoader(server.url, SOURCE, { ...options, seconds: normalSeconds, run: 1 })
  told(options, 'normal', before)
  const memory = MemoryWatch.begin(() => server.rssBytes)
  const over = await runLoader(server.url, SOURCE, { ...more, seconds: options.seconds, run: 2 })
  memory.end()
  told(options, `${TIMES} × the connections`, over)
  const after = await runLoader(server.url, SOURCE, { ...options, seconds: normalSeconds, run: 3 })
  told(options, 'normal again', after)
  const acknowledged = [warmUp, before, over, after].reduce((sum, run) => sum + run.acknowledged, 0)
  await pollUntilCounted(server.url, SOURCE, acknowledged)
  await checkBreakdown(server, acknowledged)
  return { before, over, after, memory }
}

const told = ({ progress }: LoadOptions, what: string, run: Loaded): void => {
  progress(
    `${what}: ${Math.round(perSecond(run))} events/s, p99 ${Math.round(p99(run))} ms; refused: ${refusalsOf([run]) || 'none'}`,
  )
}

const measurementsOf = (options: LoadOptions, { before, over, after, memory }: Observed): Measurement[] => {
  const { connections, eventsPerBatch } = options
  const normalRate = (perSecond(before) + perSecond(after)) / 2
  const normalMs = percentile(
    [...before.ackMs, ...after.ackMs].toSorted((a, b) => a - b),
    0.99,
  )
  const what = `${TIMES} × ${connections} connections × ${eventsPerBatch}`
  const one = (
    name: string,
    unit: string,
    value: number,
    better: 'more' | 'less',
    goal: Goal | null = null,
    note = '',
  ) => measured(`${what}: ${name}`, unit, better, goal, [value], note)
  return [
    one(`${connections} connections, before and after`, 'events/s', normalRate, 'more'),
    one(`${connections} connections, before and after: p99`, 'ms', normalMs, 'less'),
    one('durable ingest', 'events/s', perSecond(over), 'more'),
    one('rate, of the normal one', '×', perSecond(over) / normalRate, 'more'),
    one('p50 of accepted', 'ms', percentile(over.ackMs, 0.5), 'less'),
    one('p99 of accepted', 'ms', p99(over), 'less'),
    one('p99 of accepted, of the normal one', '×', p99(over) / normalMs, 'less', GOALS.overloadP99Times),
    one('replies that refused', '%', refusedPercent(over), 'less', null, refusalsOf([over])),
    one('counted although refused, sent again', 'events', over.recovered, 'less'),
    ...memoryOf(memory).map(([name, bytes]) => one(`server memory ${name}`, 'MB', bytes / MIB, 'less')),
    one('until p99 was normal again', 's', calmAfterSeconds(after, normalMs), 'less'),
  ]
}

const refusedPercent = ({ refused, batches }: Loaded): number => {
  const replies = Object.values(refused).reduce((sum, count) => sum + count, 0)
  return (100 * replies) / (replies + batches)
}

const p99 = (run: Loaded): number => percentile(run.ackMs, 0.99)

const mean = (part: readonly number[]): number => part.reduce((sum, bytes) => sum + bytes, 0) / part.length

/** The first tenth of the run is not its level yet. */
const memoryOf = ({ samples }: MemoryWatch): [string, number][] => {
  const settled = samples.slice(Math.floor(samples.length / 10))
  const third = Math.ceil(settled.length / 3)
  if (settled.length < 3) return []
  return [
    ['at the start', samples[0]!],
    ['in the first third', mean(settled.slice(0, third))],
    ['in the last third', mean(settled.slice(-third))],
    ['at most', Math.max(...samples)],
  ]
}

/** Seconds of the normal load behind the overload until one with a p99 that is normal but for a fifth. */
const calmAfterSeconds = ({ bySecond }: Loaded, normalMs: number): number => {
  const calm = bySecond.findIndex(({ batches, p99Ms }) => batches > 0 && p99Ms <= 1.2 * normalMs)
  return calm < 0 ? NaN : calm
}
