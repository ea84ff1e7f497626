import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { openDatabase, readBacklog, type Database } from '#store'
import { startDatabase } from '../beside.js'
import { FOLD_THREAD, secondsOf, threadTimes } from '../cost/thread-times.js'
import { ServerProcess } from '../load/server-process.js'
import { readBreakdown, readMetrics } from '../load/totals.js'
import { GOALS, type Goal } from '../goals.js'
import { measured, type Measurement } from '../measurement.js'
import { labelsOf } from '../query/labels.js'
import { columns, written } from '../report.js'
import { percentile } from '../statistics.js'
import { FoldSessions } from './fold-sessions.js'
import { cpuSecondsOf, residentBytesOf } from './process-usage.js'
import { SteadyLoad } from './steady-load.js'
import { readTableSizes, type TableSize } from './table-sizes.js'

export interface SoakOptions {
  readonly folder: string
  readonly minutes: number
  readonly series: number
  readonly eventsPerSecond: number
  readonly progress: (line: string) => void
}

/** What one minute looked like. */
interface Minute {
  /** CPU seconds in a second: of the fold's thread and its sessions in the database. */
  readonly foldCpu: number
  /** Seconds in a second during which a fold is under way; grows when others keep the cores busy. */
  readonly foldClock: number
  readonly serverCpu: number
  readonly databaseCpu: number
  /** Age of the oldest delta that is not folded, ms: the worst look of the minute. */
  readonly lagMs: number
  readonly ackP99Ms: number
  readonly rssBytes: number
  readonly tables: ReadonlyMap<string, TableSize>
}

/** Loads the built server steadily for minutes, and looks at it once in each. Throws where a total is not what was acknowledged. */
export const benchSoak = async (options: SoakOptions): Promise<Measurement[]> => {
  const dataDir = await mkdtemp(join(options.folder, 'data-'))
  const postgres = await startDatabase(dataDir)
  try {
    const server = await ServerProcess.start(dataDir, { settings: { DATABASE_URL: postgres.url } })
    const database = await openDatabase({ url: postgres.url, maxConnections: 2, statementTimeoutMs: 120_000 })
    try {
      const minutes = await soak(server, database, postgres.pid, options)
      return measurementsOf(minutes, options)
    } finally {
      await database.close()
      await server.stop()
    }
  } finally {
    await postgres.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

const soak = async (
  server: ServerProcess,
  { pool }: Database,
  databasePid: number,
  { minutes, series, eventsPerSecond, progress }: SoakOptions,
): Promise<Minute[]> => {
  const stop = new AbortController()
  const load = new SteadyLoad(server.url, labelsOf(series), eventsPerSecond)
  const loading = load.run(stop.signal)
  // Its failure ends the soak at the next look.
  loading.catch(() => stop.abort())
  const watched = { server, pool, databasePid, load, sessions: new FoldSessions(pool) }
  const seen: Minute[] = []
  for (let at = 1; at <= minutes && !stop.signal.aborted; at++) {
    seen.push(await minuteOf(watched, stop.signal))
    progress(`minute ${at}: ${lineOf(seen.at(-1)!)}; ${written(load.acknowledged)} acknowledged`)
  }
  stop.abort()
  await loading
  await checkTotals(server.url, pool, load, series)
  progress(tablesOf(seen))
  return seen
}

interface Watched {
  readonly server: ServerProcess
  readonly pool: Database['pool']
  readonly databasePid: number
  readonly load: SteadyLoad
  readonly sessions: FoldSessions
}

const minuteOf = async (
  { server, pool, databasePid, load, sessions }: Watched,
  signal: AbortSignal,
): Promise<Minute> => {
  const look = async () => ({
    atMs: performance.now(),
    foldClock: (await readMetrics(server.url, '')).foldSeconds,
    foldCpu: secondsOf(threadTimes(server.pid), FOLD_THREAD) + sessions.cpuSeconds(),
    server: cpuSecondsOf(server.pid),
    database: cpuSecondsOf(databasePid),
  })
  const before = await look()
  let lagMs = 0
  while (performance.now() - before.atMs < 59_000 && !signal.aborted) {
    lagMs = Math.max(lagMs, (await readBacklog(pool)).oldestMs)
    await sessions.look()
    await wait(1_000)
  }
  const after = await look()
  const seconds = (after.atMs - before.atMs) / 1_000
  return {
    foldCpu: (after.foldCpu - before.foldCpu) / seconds,
    foldClock: (after.foldClock - before.foldClock) / seconds,
    serverCpu: (after.server - before.server) / seconds,
    databaseCpu: (after.database - before.database) / seconds,
    lagMs,
    ackP99Ms: percentile(
      load.takeAckMs().toSorted((a, b) => a - b),
      0.99,
    ),
    rssBytes: residentBytesOf(server.pid),
    tables: await readTableSizes(pool),
  }
}

const VISIBLE_WITHIN_MS = 20_000
const TIERS = ['10s', '1m', '1h', '1d'] as const

/** Every tier, every rollup, /metrics and GraphQL count what was acknowledged; a page of /metrics may be a second old. */
const checkTotals = async (url: string, pool: Database['pool'], load: SteadyLoad, series: number): Promise<void> => {
  if (load.refused > 0) throw new Error(`${load.refused} batches were refused`)
  const endMs = performance.now() + VISIBLE_WITHIN_MS
  for (;;) {
    const counted = await countAll(url, pool, series)
    if (Object.values(counted).every((count) => count === load.acknowledged)) return
    if (performance.now() > endMs)
      throw new Error(`acknowledged were ${load.acknowledged} events, counted are ${JSON.stringify(counted)}`)
    await wait(200)
  }
}

const countAll = async (url: string, pool: Database['pool'], series: number): Promise<Record<string, number>> => {
  const counted: Record<string, number> = {}
  for (const table of TIERS.flatMap((tier) => [`cell_${tier}`, `rollup_${tier}`])) {
    const { rows } = await pool.query<{ count: number }>(`SELECT sum(count)::float8 AS count FROM ${table}`)
    counted[table] = rows[0]!.count
  }
  const sources = [...new Set(labelsOf(series).map(({ source }) => source))]
  for (const [name, read] of [
    ['metrics', async (source: string) => (await readMetrics(url, source)).counted],
    ['graphql', (source: string) => readBreakdown(url, source)],
  ] as const)
    counted[name] = (await Promise.all(sources.map(read))).reduce((sum, count) => sum + count, 0)
  return counted
}

const MB = 1e6
const mb = (bytes: number): string => (bytes / MB).toFixed(1)

const lineOf = ({ foldCpu, foldClock, serverCpu, databaseCpu, lagMs, ackP99Ms, rssBytes, tables }: Minute): string => {
  const size = (name: string) => mb((tables.get(name)?.heapBytes ?? 0) + (tables.get(name)?.indexBytes ?? 0))
  return (
    `fold ${(foldCpu * 100).toFixed(1)} % of a core (${(foldClock * 100).toFixed(0)} % of the time), server ${serverCpu.toFixed(2)}, database ${databaseCpu.toFixed(2)}, ` +
    `lag ${lagMs.toFixed(0)} ms, acknowledged in ${ackP99Ms.toFixed(0)} ms, RSS ${mb(rssBytes)} MB, journal ${size('journal')} MB, keys ${size('batch_key')} MB, ` +
    `10s ${size('cell_10s')}, 1m ${size('cell_1m')}, 1h ${size('cell_1h')}, 1d ${size('cell_1d')} MB`
  )
}

/** Before and after: at the end of the second minute, when everything has been written to, and of the last. */
const tablesOf = (minutes: readonly Minute[]): string => {
  const [first, last] = [minutes[Math.min(1, minutes.length - 1)]!, minutes.at(-1)!]
  const rows = [...last.tables.values()].map((after) => {
    const before = first.tables.get(after.name)
    return [
      after.name,
      `${mb(before?.heapBytes ?? 0)} → ${mb(after.heapBytes)}`,
      `${mb(before?.indexBytes ?? 0)} → ${mb(after.indexBytes)}`,
      `${written(before?.live ?? 0)} → ${written(after.live)}`,
      `${written(before?.dead ?? 0)} → ${written(after.dead)}`,
      after.changed === 0 ? '' : `${((after.inPlace / after.changed) * 100).toFixed(1)} %`,
    ]
  })
  return columns([['table', 'heap, MB', 'indexes, MB', 'rows', 'dead rows', 'changed in place'], ...rows]).join('\n')
}

/** What is written again and again, and must not grow with time. */
const REUSED = ['journal', 'total', 'total_latency', 'source', 'lease', 'cell_1d', 'rollup_1d', 'latency_1d']

const measurementsOf = (minutes: readonly Minute[], { series, eventsPerSecond }: SoakOptions): Measurement[] => {
  const name = `soak, ${written(series)} series, ${written(eventsPerSecond)} events/s`
  const each = (what: string, unit: string, goal: Goal | null, values: number[]): Measurement =>
    measured(`${name}: ${what}`, unit, 'less', goal, values, `${written(values[0]!)} → ${written(values.at(-1)!)}`)
  const settled = minutes.slice(Math.min(1, minutes.length - 1))
  const sizes = (table: string) =>
    settled.map(({ tables }) => ((tables.get(table)?.heapBytes ?? 0) + (tables.get(table)?.indexBytes ?? 0)) / MB)
  return [
    each(
      'fold',
      '% of a core',
      GOALS.soakFoldPercent,
      settled.map(({ foldCpu }) => foldCpu * 100),
    ),
    each(
      'server and database',
      '% of a core',
      null,
      settled.map(({ serverCpu, databaseCpu }) => (serverCpu + databaseCpu) * 100),
    ),
    each(
      'oldest delta not folded',
      'ms',
      GOALS.soakLagMs,
      settled.map(({ lagMs }) => lagMs),
    ),
    each(
      'acknowledgement p99',
      'ms',
      null,
      settled.map(({ ackP99Ms }) => ackP99Ms),
    ),
    each(
      'server memory (RSS)',
      'MB',
      null,
      settled.map(({ rssBytes }) => rssBytes / 2 ** 20),
    ),
    ...REUSED.map((table) => each(`table ${table}`, 'MB', null, sizes(table))),
  ]
}
