import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { EmbeddedPostgres } from '#platform'
import { DEFAULT_RETENTION, ensurePartitions, migrate, openDatabase } from '#store'
import { startDatabase } from '../beside.js'
import { perSecond, SOURCE } from '../load/load-bench.js'
import { runLoader } from '../load/run-loader.js'
import { pollUntilCounted } from '../load/until-counted.js'
import { ServerProcess } from '../load/server-process.js'
import { readSum } from '../load/totals.js'
import { measured, type Measurement } from '../measurement.js'
import { labelsOf } from '../query/labels.js'
import { foldTraffic } from '../query/stored-cells.js'
import { databaseNumbers, type DatabaseNumbers } from './database-numbers.js'
import { familySeconds, FOLD_THREAD, secondsOf, threadTimes } from './thread-times.js'

export interface CostOptions {
  readonly folder: string
  readonly seconds: number
  readonly connections: number
  readonly progress: (line: string) => void
}

/** Events in a request. */
const LOADS = [1_000, 100, 1] as const
const SERIES = 10_000
const BUCKETS = 6
const ROUNDS = 5
const HOUR_MS = 3_600_000
/** Backends and threads hand their numbers in late. */
const SETTLE_MS = 1_500

/** What an event and a cell cost: CPU time by thread and process, log and flushes of the database, bytes. Linux only. */
export const benchCost = async (options: CostOptions): Promise<Measurement[]> => {
  const data = await mkdtemp(join(options.folder, 'data-'))
  const postgres = await startDatabase(data)
  try {
    await migrate(postgres.url)
    const { pool, close } = await openPoolOf(postgres)
    try {
      const cells = await costOfCells(pool, postgres.pid)
      return [...cells, ...(await costOfLoads(pool, postgres, data, options))]
    } finally {
      await close()
    }
  } finally {
    await postgres.stop()
    await rm(data, { recursive: true, force: true })
  }
}

const openPoolOf = async ({ url }: EmbeddedPostgres): Promise<{ pool: Pool; close: () => Promise<void> }> => {
  const database = await openDatabase({ url, statementTimeoutMs: 300_000 })
  return { pool: database.pool, close: () => database.close() }
}

const costOfCells = async (pool: Pool, postgresPid: number): Promise<Measurement[]> => {
  await ensurePartitions(pool, Date.now(), DEFAULT_RETENTION)
  const first = Math.floor(Date.now() / HOUR_MS - BUCKETS) * HOUR_MS
  const bucketsMs = Array.from({ length: BUCKETS }, (_, hour) => first + hour * HOUR_MS)
  const [before, cpuBefore] = [await databaseNumbers(pool), familySeconds(postgresPid)]
  const folded = await foldTraffic(pool, labelsOf(SERIES), bucketsMs, ROUNDS)
  const [after, cpuAfter] = [await databaseNumbers(pool), familySeconds(postgresPid)]
  return [
    ofCell('CPU time of the fold', 'µs', (folded.cpuSeconds / folded.rows) * 1e6),
    ofCell('CPU time of Postgres', 'µs', ((cpuAfter - cpuBefore) / folded.rows) * 1e6),
    ofCell('log of Postgres', 'bytes', (after.walBytes - before.walBytes) / folded.rows),
  ]
}

const ofCell = (name: string, unit: string, value: number): Measurement => measurement(`a cell: ${name}`, unit, value)

const costOfLoads = async (
  pool: Pool,
  postgres: EmbeddedPostgres,
  data: string,
  options: CostOptions,
): Promise<Measurement[]> => {
  const server = await ServerProcess.start(data, { settings: { DATABASE_URL: postgres.url } })
  const measurements: Measurement[] = []
  try {
    let acknowledged = 0
    for (const [place, eventsPerBatch] of LOADS.entries()) {
      const shape = { ...options, eventsPerBatch }
      acknowledged += (await runLoader(server.url, SOURCE, { ...shape, seconds: 2, run: 2 * place })).acknowledged
      await pollUntilCounted(server.url, SOURCE, acknowledged)
      const before = await snapshot(pool, postgres, server)
      const run = await runLoader(server.url, SOURCE, { ...shape, seconds: options.seconds, run: 2 * place + 1 })
      acknowledged += run.acknowledged
      await pollUntilCounted(server.url, SOURCE, acknowledged)
      const after = await snapshot(pool, postgres, server)
      options.progress(`${eventsPerBatch} per request: ${Math.round(perSecond(run))} events/s`)
      measurements.push(...loadMeasurements(eventsPerBatch, { before, after, ...run }))
    }
    return measurements
  } finally {
    await server.stop()
  }
}

interface Snapshot {
  readonly threads: ReadonlyMap<string, number>
  readonly postgresSeconds: number
  readonly database: DatabaseNumbers
  readonly bodyBytes: number
  readonly foldSeconds: number
}

const snapshot = async (pool: Pool, postgres: EmbeddedPostgres, server: ServerProcess): Promise<Snapshot> => {
  await wait(SETTLE_MS)
  return {
    threads: threadTimes(server.pid),
    postgresSeconds: familySeconds(postgres.pid),
    database: await databaseNumbers(pool),
    bodyBytes: await readSum(server.url, 'statusline_ingest_bytes_total'),
    foldSeconds: await readSum(server.url, 'statusline_fold_seconds_sum'),
  }
}

const loadMeasurements = (
  eventsPerBatch: number,
  run: { before: Snapshot; after: Snapshot; acknowledged: number; seconds: number },
): Measurement[] => {
  const { before, after, acknowledged, seconds } = run
  const one = (name: string, unit: string, value: number) =>
    measurement(`an event, ${eventsPerBatch} in a request: ${name}`, unit, value)
  const each = (pick: (taken: Snapshot) => number): number => (pick(after) - pick(before)) / acknowledged
  const micros = (name: string): number => each(({ threads }) => secondsOf(threads, name)) * 1e6
  const all = each(({ threads }) => [...threads.values()].reduce((sum, time) => sum + time, 0)) * 1e6
  const [main, fold] = [micros('MainThread'), micros(FOLD_THREAD)]
  return [
    one('rate', 'events/s', acknowledged / seconds),
    one('CPU time of the main thread', 'µs', main),
    one('CPU time of the fold', 'µs', fold),
    one('time of the fold on the clock', 'µs', each(({ foldSeconds }) => foldSeconds) * 1e6),
    one('CPU time of the other threads', 'µs', all - main - fold),
    one('CPU time of Postgres', 'µs', each(({ postgresSeconds }) => postgresSeconds) * 1e6),
    one(
      'log of Postgres',
      'bytes',
      each(({ database }) => database.walBytes),
    ),
    one(
      'body',
      'bytes',
      each(({ bodyBytes }) => bodyBytes),
    ),
    one('commits', '1/s', (each(({ database }) => database.commits) * acknowledged) / seconds),
    one('flushes of the log', '1/s', (each(({ database }) => database.walSyncs ?? NaN) * acknowledged) / seconds),
    one('connections to Postgres', '', after.database.connections),
  ]
}

/** Nothing is as cheap as a thread that is called something else. */

const measurement = (what: string, unit: string, value: number): Measurement =>
  measured(what, unit, unit === 'events/s' ? 'more' : 'less', null, [value])
