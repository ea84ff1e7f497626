import { setTimeout as wait } from 'node:timers/promises'
import { mainThreadMs, threadsMs } from '../load/process-times.js'
import type { ServerProcess } from '../load/server-process.js'
import { withServer } from '../load/with-server.js'
import { GOALS, type Goal } from '../goals.js'
import { measured, type Measurement } from '../measurement.js'
import { percentile } from '../statistics.js'
import { EVENTS_OF_SERVICE, LINES_OF_SERVICE, sendServices } from './services.js'
import { scrape, totalsIn, type Scraped } from './scrape.js'

/** One size of the page. */
interface Size {
  readonly what: string
  readonly services: number
  readonly goal: Goal | null
}

const FULL: readonly Size[] = [
  { what: '10 k series', services: 130, goal: GOALS.scrapeMs['10 k'] },
  { what: '100 k series', services: 1_300, goal: GOALS.scrapeMs['100 k'] },
]
const SMOKE: readonly Size[] = [{ what: 'few series', services: 30, goal: null }]

export interface MetricsOptions {
  readonly folder: string
  readonly smoke: boolean
  readonly runs: number
  readonly progress: (line: string) => void
}

/** Scrapes /metrics and tells what that costs the event loop. Throws where the page does not count what was sent. */
export const benchMetrics = (options: MetricsOptions): Promise<Measurement[]> =>
  withServer(
    options.folder,
    async (server) => {
      const measurements: Measurement[] = []
      let sent = 0
      for (const size of options.smoke ? SMOKE : FULL) {
        await sendServices(server.url, sent, size.services)
        sent = size.services
        await untilShown(server, sent)
        measurements.push(...(await measure(server, size, options)))
      }
      return measurements
    },
    { settings: { STATUSLINE_BUDGETS_METRIC_SERIES: '200000' } },
  )

/** Counts become visible within 2 s of the acknowledgement; waiting ends at ten times that. */
const VISIBLE_WITHIN_MS = 20_000

/** Throws where the page counts something else than was sent, or has other lines than it should. */
const untilShown = async (server: ServerProcess, services: number): Promise<void> => {
  const untilMs = performance.now() + VISIBLE_WITHIN_MS
  const expected = {
    requests: services * EVENTS_OF_SERVICE,
    durations: services * EVENTS_OF_SERVICE,
    lines: services * LINES_OF_SERVICE,
  }
  for (;;) {
    const shown = totalsIn((await scrape(server.url, 'traffic')).text)
    if (JSON.stringify(shown) === JSON.stringify(expected)) return
    if (performance.now() > untilMs || shown.requests > expected.requests)
      throw new Error(`/metrics shows ${JSON.stringify(shown)}, sent were ${JSON.stringify(expected)}`)
    await wait(100)
  }
}

/** How windows with and without a scrape follow one another. */
interface Course {
  readonly windowMs: number
  readonly pairs: number
  readonly warmUp: number
}

/** Pages are kept for a second. */
const COURSE: Course = { windowMs: 1_200, pairs: 7, warmUp: 3 }
const SMOKE_COURSE: Course = { windowMs: 50, pairs: 1, warmUp: 0 }

const measure = async (
  server: ServerProcess,
  { what, goal }: Size,
  { smoke, runs, progress }: MetricsOptions,
): Promise<Measurement[]> => {
  const course = smoke ? SMOKE_COURSE : COURSE
  const taken: Cost[] = []
  for (let warm = 0; warm < course.warmUp; warm++) await inWindow(server, course, () => scrape(server.url, 'all'))
  for (let run = 0; run < runs; run++) {
    const cost = await costOf(server, course)
    progress(`/metrics of ${what}: event loop ${cost.loopMs.toFixed(1)} ms`)
    taken.push(cost)
  }
  const page = `/metrics of ${what}`
  const one = (name: string, unit: string, held: Goal | null, valueOf: (cost: Cost) => number) =>
    measured(`${page}: ${name}`, unit, 'less', held, taken.map(valueOf))
  return [
    ...(mainThreadMs(server.pid) === null
      ? []
      : [
          one('event-loop time of a scrape', 'ms', goal, ({ loopMs }) => loopMs),
          one('CPU time of a scrape, whole server', 'ms', null, ({ cpuMs }) => cpuMs),
        ]),
    one('scrape', 'ms', null, ({ scrapeMs }) => scrapeMs),
    one('size', 'MB', null, ({ bytes }) => bytes / 1e6),
  ]
}

/** What a scrape costs. */
interface Cost {
  readonly loopMs: number
  readonly cpuMs: number
  readonly scrapeMs: number
  readonly bytes: number
}

/** Medians of windows with a scrape and windows without one, in turns: what else the server does in that time is taken off. */
const costOf = async (server: ServerProcess, course: Course): Promise<Cost> => {
  const quiet: Window<null>[] = []
  const busy: Window<Scraped>[] = []
  for (let pair = 0; pair < course.pairs; pair++) {
    quiet.push(await inWindow(server, course, () => Promise.resolve(null)))
    busy.push(await inWindow(server, course, () => scrape(server.url, 'all')))
  }
  return {
    loopMs: middle(busy, ({ loopMs }) => loopMs) - middle(quiet, ({ loopMs }) => loopMs),
    cpuMs: middle(busy, ({ cpuMs }) => cpuMs) - middle(quiet, ({ cpuMs }) => cpuMs),
    scrapeMs: middle(busy, ({ result }) => result.ms),
    bytes: middle(busy, ({ result }) => result.bytes),
  }
}

interface Window<Result> {
  readonly loopMs: number
  readonly cpuMs: number
  readonly result: Result
}

const inWindow = async <Result>(
  { pid }: ServerProcess,
  { windowMs }: Course,
  work: () => Promise<Result>,
): Promise<Window<Result>> => {
  const before = { loop: mainThreadMs(pid) ?? NaN, cpu: threadsMs(pid) ?? NaN }
  const [result] = await Promise.all([work(), wait(windowMs)])
  return { loopMs: (mainThreadMs(pid) ?? NaN) - before.loop, cpuMs: (threadsMs(pid) ?? NaN) - before.cpu, result }
}

const middle = <Item>(items: readonly Item[], valueOf: (item: Item) => number): number =>
  percentile(
    items.map(valueOf).toSorted((a, b) => a - b),
    0.5,
  )
