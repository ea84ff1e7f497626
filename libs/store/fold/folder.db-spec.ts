import { pollUntil, testDatabase, type TestDatabase } from '#testing'
import type { BatchTally, SealedBatch } from '#delta'
import { batchOf, type Specimen } from '../../delta/testing/specimen.js'
import { openDatabase, type Database } from '../database.js'
import { acquireLease } from '../lease.js'
import { DEFAULT_RETENTION, ensurePartitions, listPartitions } from '../partitions.js'
import { PostgresJournal } from '../postgres-journal.js'
import { dropExpired } from '../retention.js'
import { key, randomName } from '../testing/batches.js'
import { emptyTables } from '../testing/empty-tables.js'
import { readBacklog, retrySetAside } from './backlog.js'
import { DEFAULT_BUDGET } from './budget.js'
import { Folder, type FolderOptions } from './folder.js'
import { readTiers } from '../testing/tiers.js'

const DAY_MS = 86_400_000
const NOW_MS = Date.now()

let scratch: TestDatabase
let database: Database
let journal: PostgresJournal

beforeAll(async () => {
  scratch = await testDatabase()
  database = await openDatabase({ url: scratch.url })
  journal = new PostgresJournal(database.pool)
  await ensurePartitions(database.pool, NOW_MS, DEFAULT_RETENTION)
})

afterEach(() => emptyTables(database.pool))

afterAll(async () => {
  await database.close()
  await scratch.drop()
})

const folder = (options: Partial<FolderOptions> = {}) => new Folder(database.pool, { holder: randomName(), ...options })

/** A batch with a key of its own, arrived now unless told otherwise. */
const batch = (events: Specimen[], options: Parameters<typeof batchOf>[1] = {}): SealedBatch<BatchTally> => ({
  ...batchOf(events, { arrivedAtMs: NOW_MS, ...options }),
  key: key(randomName()),
})

const event = (more: Partial<Specimen> = {}): Specimen => ({
  tsMs: NOW_MS,
  status: 200,
  service: 'shop',
  path: '/cart',
  ...more,
})

/** 3,000 series in more bytes than are taken out of the journal at one go. */
const wideEvents = (name: string): Specimen[] =>
  Array.from({ length: 3_000 }, (_, n) =>
    event({ service: `${name}-${n >>> 1}-${'x'.repeat(100)}`, status: n % 2 === 0 ? 200 : 404, durationMs: n }),
  )

async function one<T extends object>(text: string, values: unknown[] = []): Promise<T> {
  const { rows } = await database.pool.query<T>(text, values)
  return rows[0]!
}

const failed = (count: number) => Array.from({ length: count }, () => ({ status: 502 }))

describe('a fold', () => {
  it('tells routes apart in the totals only where they are on the list', async () => {
    await journal.append([batch([event({ path: '/cart' }), event({ path: '/pay' }), event({ path: '/help' })])])
    await folder({ routesInTotals: new Set(['/pay']) }).foldOnce()
    const { rows } = await database.pool.query('SELECT route, count FROM total ORDER BY route')
    expect(rows).toEqual([
      { route: '', count: 2 },
      { route: '/pay', count: 1 },
    ])
  })

  it('leaves the rest in the journal once it has enough cells, and cuts what it writes into portions', async () => {
    for (const name of ['a', 'b', 'c']) await journal.append([batch(wideEvents(name), { source: name })])
    const folding = folder({ cells: 2_000, budget: { ...DEFAULT_BUDGET, metricSeries: 1_000_000 } })
    expect(await folding.foldOnce()).toMatchObject({ deltas: 1, series: 3_000, more: true })
    expect(await folding.foldOnce()).toMatchObject({ deltas: 1, series: 6_000, more: true })
    await folding.release()
    expect(await folding.foldOnce()).toMatchObject({ deltas: 1, series: 9_000, more: false })
    for (const table of ['cell_10s', 'cell_1d', 'latency_1m', 'latency_1d', 'total', 'total_latency'])
      expect(await one(`SELECT count(*) AS rows, sum(count) AS count FROM ${table}`)).toEqual({
        rows: 9_000,
        count: 9_000,
      })
    expect(await one(`SELECT count(*) AS unknown FROM cell_10s WHERE series_id = 0`)).toEqual({ unknown: 0 })
  })

  it('adds batches to every tier, the totals and the ledger', async () => {
    await journal.append([
      batch([event({ durationMs: 10, bytes: 5 }), event({ status: 503, durationMs: 20, requestId: 'r-1' })]),
      batch([event({ durationMs: 30, bytes: 7 }), event({ status: 429, consumer: 'greedy' })]),
    ])
    expect(await folder().foldOnce()).toMatchObject({ held: true, deltas: 1, failed: 0, setAside: 0, series: 3 })
    const tiers = await readTiers(database.pool)
    for (const tier of [tiers['10s'], tiers['1m'], tiers['1h'], tiers['1d']]) {
      expect(tier.map((row) => [row.code, row.count, row.bytes, row.duration_ms_sum])).toEqual([
        [200, 2, 12, 40],
        [429, 1, 0, 0],
        [503, 1, 0, 20],
      ])
    }
    expect(await one(`SELECT received, accepted, duplicate, watermark_ms, lag_ms, series_used FROM source`)).toEqual({
      received: 4,
      accepted: 4,
      duplicate: 0,
      watermark_ms: NOW_MS,
      lag_ms: 0,
      series_used: 3,
    })
    expect(await one(`SELECT sum(count) AS count, sum(backfilled) AS backfilled FROM total`)).toEqual({
      count: 4,
      backfilled: 0,
    })
    expect(await one(`SELECT sum(count) AS count, sum(sum_ms) AS sum FROM total_latency`)).toEqual({
      count: 3,
      sum: 60,
    })
    expect(await one(`SELECT sum(count) AS count, sum(sum_ms) AS sum FROM latency_1h`)).toEqual({ count: 3, sum: 60 })
    expect(
      await one(`SELECT request_id, code FROM sample JOIN series ON series.id = series_id WHERE request_id = 'r-1'`),
    ).toEqual({
      request_id: 'r-1',
      code: 503,
    })
    expect(await one(`SELECT consumer, count FROM consumer_1m`)).toEqual({ consumer: 'greedy', count: 1 })
    expect(await readBacklog(database.pool)).toMatchObject({ deltas: 0, setAside: 0 })
  })

  it('merges histograms over several folds', async () => {
    const folding = folder()
    for (const durationMs of [1, 10, 10, 100]) {
      await journal.append([batch([event({ durationMs })])])
      await folding.foldOnce()
    }
    for (const table of ['latency_1m', 'latency_1h', 'latency_1d', 'total_latency'])
      expect(await one(`SELECT count, sum_ms FROM ${table}`)).toEqual({ count: 4, sum_ms: 121 })
  })

  it('counts duplicates in the ledger only', async () => {
    const given = batch([event(), event()])
    await journal.append([given])
    await journal.append([given])
    await folder().foldOnce()
    expect(await one('SELECT received, accepted, duplicate FROM source')).toEqual({
      received: 4,
      accepted: 2,
      duplicate: 2,
    })
    expect(await one('SELECT count FROM cell_1d')).toEqual({ count: 2 })
  })

  it('tells late and replayed events apart, in every tier alike', async () => {
    const folding = folder()
    await journal.append([batch([event()])])
    await folding.foldOnce()
    await journal.append([
      batch([event({ tsMs: NOW_MS - 6 * 60_000 }), event({ tsMs: NOW_MS - 3 * 60_000 })]),
      batch([event({ tsMs: NOW_MS - 60_000 })], { replayed: true }),
    ])
    await folding.foldOnce()
    for (const tier of ['10s', '1m', '1h', '1d'])
      expect(await one(`SELECT sum(count) AS count, sum(late) AS late FROM cell_${tier}`)).toEqual({
        count: 4,
        late: 2,
      })
    expect(await one('SELECT count, backfilled FROM total')).toEqual({ count: 4, backfilled: 2 })
  })

  it('keeps the weakest delivery ever seen of a source, whatever comes back out of the quarantine', async () => {
    const folding = folder()
    const after = async (...batches: SealedBatch[]) => {
      await journal.append(batches)
      await folding.foldOnce()
      return (await one<{ delivery: number }>('SELECT delivery FROM source')).delivery
    }
    const replay = () => batch([event()], { fromQuarantine: true, delivery: 'best_effort' })
    expect(await after(batch([event()]))).toBe(0)
    expect(await after(replay())).toBe(0)
    expect(await after(batch([event()]), replay())).toBe(0)
    expect(await after(batch([event()], { delivery: 'at_least_once' }), batch([event()]))).toBe(1)
    expect(await after(batch([event()]))).toBe(1)
  })

  it('flags a source that shows nothing but errors, until it shows something else', async () => {
    const folding = folder()
    const healthAfter = async (...events: Parameters<typeof event>[0][]) => {
      await journal.append([batch(events.map((one) => event(one)))])
      await folding.foldOnce()
      return (await one<{ health: string[] }>('SELECT health FROM source')).health
    }
    expect(await healthAfter(...failed(99))).toEqual([])
    expect(await healthAfter({ status: 429 })).toEqual(['errors_only'])
    expect(await healthAfter({ status: 200 })).toEqual([])
    expect(await healthAfter(...failed(200))).toEqual([])
    await database.pool.query(`UPDATE source SET last_good_ms = last_good_ms - 3600000`)
    expect(await healthAfter(...failed(1))).toEqual(['errors_only'])
  })

  it('calls a clock wrong where every event is in the future', async () => {
    const events = Array.from({ length: 100 }, () => event({ tsMs: NOW_MS + 3_600_000 }))
    await journal.append([batch(events)])
    await folder().foldOnce()
    expect(await one('SELECT received, in_future, accepted, health FROM source')).toEqual({
      received: 100,
      in_future: 100,
      accepted: 0,
      health: ['wrong_clock'],
    })
  })

  it('leaves deltas of a newer release alone', async () => {
    await journal.append([batch([event()])])
    await database.pool.query('UPDATE journal SET version = 99')
    expect(await folder().foldOnce()).toMatchObject({ deltas: 0, failed: 0 })
    expect(await readBacklog(database.pool)).toMatchObject({ deltas: 1 })
    expect(await folder({ version: 99, holder: 'newer' }).foldOnce()).toMatchObject({ held: false })
  })
})

describe('a month-old log', () => {
  it('fills the tiers that still hold its time, and the totals', async () => {
    const tsMs = NOW_MS - 30 * DAY_MS
    const limits = { maxSeries: 1_000, lateMs: Infinity, futureMs: 0 }
    await journal.append([
      batch([event({ tsMs, durationMs: 5 }), event({ tsMs, status: 500 })], { replayed: true, limits } as never),
    ])
    await folder().foldOnce()
    const counts = await one<Record<string, number>>(`SELECT
      (SELECT count(*) FROM cell_10s) AS s, (SELECT count(*) FROM cell_1m) AS m, (SELECT sum(count) FROM cell_1h) AS h,
      (SELECT sum(count) FROM cell_1d) AS d, (SELECT sum(backfilled) FROM total) AS total, (SELECT count(*) FROM sample) AS samples,
      (SELECT count(*) FROM latency_1m) AS lm, (SELECT sum(count) FROM latency_1h) AS lh`)
    expect(counts).toEqual({ s: 0, m: 0, h: 2, d: 2, total: 2, samples: 0, lm: 0, lh: 1 })
  })
})

describe('the edge of a tier', () => {
  it('holds the first bucket of its oldest partition, and not the one before', async () => {
    const [oldest] = await listPartitions(database.pool, 'cell_10s')
    const firstMs = (oldest?.from ?? 0) * 10_000
    const limits = { maxSeries: 1_000, lateMs: Infinity, futureMs: 0 }
    await journal.append([batch([event({ tsMs: firstMs }), event({ tsMs: firstMs - 1 })], { limits } as never)])
    await folder().foldOnce()
    expect(await one('SELECT sum(count) AS count, min(bucket) AS bucket FROM cell_10s')).toEqual({
      count: 1,
      bucket: oldest?.from,
    })
    expect(await one('SELECT sum(count) AS count FROM cell_1m')).toEqual({ count: 2 })
  })
})

describe('the lease', () => {
  it('lets one folder work', async () => {
    const [a, b] = [folder(), folder()]
    await journal.append([batch([event()])])
    expect(await a.foldOnce()).toMatchObject({ held: true, deltas: 1 })
    await journal.append([batch([event()])])
    expect(await b.foldOnce()).toMatchObject({ held: false, deltas: 0 })
    await a.release()
    expect(await b.foldOnce()).toMatchObject({ held: true, deltas: 1 })
    expect(await one('SELECT sum(count) AS count FROM cell_1d')).toEqual({ count: 2 })
  })

  it('lets nothing be committed by a folder that was stopped past it', async () => {
    let stopped!: () => void
    const inside = new Promise<void>((resolve) => (stopped = resolve))
    let goOn!: () => void
    const gate = new Promise<void>((resolve) => (goOn = resolve))
    const slow = folder({
      beforeCommit: () => {
        stopped()
        return gate
      },
    })
    await journal.append([batch([event()])])
    const answer = slow.foldOnce()
    await inside
    // Its session is gone, as after a pause that the server cut; the lease has run out meanwhile.
    await database.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()`,
    )
    await database.pool.query(`UPDATE lease SET expires_at = clock_timestamp()`)
    const next = folder()
    expect(await next.foldOnce()).toMatchObject({ held: true, deltas: 1 })
    goOn()
    await expect(answer).rejects.toThrow()
    expect(await slow.foldOnce()).toMatchObject({ held: false })
    expect(await one('SELECT sum(count) AS count FROM cell_1d')).toEqual({ count: 1 })
  })

  it('is checked again before the commit', async () => {
    const leaseTtlMs = 50
    const slow = folder({
      leaseTtlMs,
      // The fold keeps the row of its lease locked: only the database's own time can end it.
      beforeCommit: async () => {
        const { at } = await one<{ at: string }>('SELECT clock_timestamp()::text AS at')
        const over = `SELECT clock_timestamp() > $1::timestamptz + $2 * interval '1 ms' AS over`
        await pollUntil(async () => (await one<{ over: boolean }>(over, [at, leaseTtlMs])).over, {
          deadlineMs: 10_000,
          what: 'the lease to expire',
        })
      },
    })
    await journal.append([batch([event()])])
    expect(await slow.foldOnce()).toMatchObject({ held: false, deltas: 0 })
    expect(await one('SELECT count(*) AS cells FROM cell_1d')).toEqual({ cells: 0 })
    expect(await readBacklog(database.pool)).toMatchObject({ deltas: 1 })
  })

  it('goes to nobody while a fenced transaction is open, and back to its holder at once', async () => {
    const held = await acquireLease(database.pool, 'x', 'a', 1)
    expect(held).toMatchObject({ epoch: 1 })
    const open = await database.pool.connect()
    await open.query(`BEGIN; SELECT FROM lease WHERE name = 'x' FOR UPDATE`)
    expect(await acquireLease(database.pool, 'x', 'b', 10_000)).toBeNull()
    await open.query('ROLLBACK')
    open.release()
    expect(await acquireLease(database.pool, 'x', 'b', 10_000)).toMatchObject({ epoch: 2 })
    expect(await acquireLease(database.pool, 'x', 'c', 10_000)).toBeNull()
    expect(await acquireLease(database.pool, 'x', 'b', 10_000)).toMatchObject({ epoch: 3 })
  })
})

async function foldThrice() {
  const folding = folder()
  const reports = []
  for (let round = 0; round < 3; round++) reports.push(await folding.foldOnce())
  return { folding, reports }
}

describe('a delta that cannot be folded', () => {
  it('blocks nothing when it cannot be read, is set aside, and can be retried', async () => {
    await journal.append([batch([event()])])
    await database.pool.query(`INSERT INTO journal (version, body) VALUES (1, 'rubbish')`)
    await journal.append([batch([event()])])
    const { folding, reports } = await foldThrice()
    expect(reports.map(({ deltas, failed, setAside }) => [deltas, failed, setAside])).toEqual([
      [2, 1, 0],
      [0, 1, 0],
      [0, 0, 1],
    ])
    expect(await one('SELECT sum(count) AS count FROM cell_1d')).toEqual({ count: 2 })
    expect(await readBacklog(database.pool)).toMatchObject({ deltas: 0, setAside: 1 })
    const { id } = await one<{ id: number }>('SELECT id FROM journal_set_aside')
    expect(await retrySetAside(database.pool, id)).toBe(true)
    expect(await retrySetAside(database.pool, id)).toBe(false)
    expect(await folding.foldOnce()).toMatchObject({ failed: 1 })
  })

  it('blocks nothing when it cannot be written', async () => {
    await journal.append([batch([event()])])
    // Readable, but of a time for which there can be no partition.
    await journal.append([
      batch([event({ tsMs: 2 ** 31 * 9_999 })], {
        limits: { maxSeries: 10, lateMs: Infinity, futureMs: Infinity },
      } as never),
    ])
    await journal.append([batch([event()])])
    const { reports } = await foldThrice()
    expect(reports.map(({ deltas, failed, setAside }) => [deltas, failed, setAside])).toEqual([
      [2, 1, 0],
      [0, 1, 0],
      [0, 0, 1],
    ])
    expect(await one('SELECT sum(count) AS count FROM cell_1d')).toEqual({ count: 2 })
    expect(await one('SELECT error FROM journal_set_aside')).toMatchObject({
      error: expect.stringContaining('cannot be written'),
    })
  })
})

describe('retention', () => {
  it('keeps every partition of the key window', async () => {
    const { dropped } = await dropExpired(database.pool, NOW_MS, DEFAULT_RETENTION)
    expect(dropped).toEqual([])
    const day = Math.floor(NOW_MS / DAY_MS)
    const { rows } = await database.pool.query(
      `SELECT to_regclass('batch_key_p' || n) IS NOT NULL AS there FROM generate_series($1::int, $2::int) AS n`,
      [day - 3, day + 1],
    )
    expect(rows.every((row) => (row as { there: boolean }).there)).toBe(true)
  })

  it('leaves a partition for the next time rather than wait for a long question', async () => {
    const laterMs = NOW_MS + 9 * 3_600_000
    const question = await database.pool.connect()
    await question.query('BEGIN; SELECT count(*) FROM cell_10s')
    const { left } = await dropExpired(database.pool, laterMs, DEFAULT_RETENTION, { lockTimeoutMs: 10, attempts: 2 })
    expect(left.length).toBeGreaterThan(0)
    expect(left.every((name) => name.startsWith('cell_10s'))).toBe(true)
    await question.query('COMMIT')
    question.release()
  })

  it('drops whole partitions, keeps totals, and never comes back for them', async () => {
    const folding = folder()
    await journal.append([batch([event({ tsMs: NOW_MS - 47 * 3_600_000 }), event()])])
    await folding.foldOnce()
    const laterMs = NOW_MS + 9 * 3_600_000
    await ensurePartitions(database.pool, laterMs, DEFAULT_RETENTION)
    const { dropped, left } = await dropExpired(database.pool, laterMs, DEFAULT_RETENTION)
    expect(dropped.filter((name) => name.startsWith('cell_10s')).length).toBeGreaterThan(0)
    expect(left).toEqual([])
    await ensurePartitions(database.pool, laterMs - 12 * 3_600_000, DEFAULT_RETENTION)
    // The folder still believes in the partition that is gone.
    await journal.append([batch([event({ tsMs: NOW_MS - 47 * 3_600_000 })])])
    expect(await folding.foldOnce()).toMatchObject({ deltas: 1, failed: 0 })
    expect(await one('SELECT sum(count) AS count FROM cell_10s')).toEqual({ count: 1 })
    expect(await one('SELECT sum(count) AS count FROM cell_1m')).toEqual({ count: 3 })
    expect(await one('SELECT sum(count) AS count FROM total')).toEqual({ count: 3 })
  })
})
