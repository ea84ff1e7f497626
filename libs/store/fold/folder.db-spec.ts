import type { SealedBatch } from '#delta'
import type { Specimen } from '../../delta/testing/specimen.js'
import { listPartitions } from '../partitions.js'
import { batch, event, FoldStage, NOW_MS } from '../testing/fold-stage.js'
import { readTiers } from '../testing/tiers.js'
import { readBacklog } from './backlog.js'
import { DEFAULT_BUDGET } from './budget.js'

const DAY_MS = 86_400_000

let stage: FoldStage
let folder: FoldStage['folder']
let one: FoldStage['one']
let journal: FoldStage['journal']
let database: FoldStage['database']

beforeAll(async () => {
  stage = await FoldStage.start()
  ;({ folder, one, journal, database } = stage)
})
afterEach(() => stage.empty())
afterAll(() => stage.stop())

/** 3,000 series in more bytes than are taken out of the journal at one go. */
const wideEvents = (name: string): Specimen[] =>
  Array.from({ length: 3_000 }, (_, n) =>
    event({ service: `${name}-${n >>> 1}-${'x'.repeat(100)}`, status: n % 2 === 0 ? 200 : 404, durationMs: n }),
  )

const failed = (count: number) => Array.from({ length: count }, () => ({ status: 502 }))

const replay = () => batch([event()], { fromQuarantine: true, delivery: 'best_effort' })

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

  it.each([
    ['leaves what came meanwhile for the next one, which need not hurry', {}, false],
    ['says that more is waiting where it stopped at a limit', { deltas: 1 }, true],
  ])('%s', async (_says, limits, more) => {
    await journal.append([batch([event()])])
    const beforeCommit = async (): Promise<void> => void (await journal.append([batch([event()])]))
    expect(await folder({ ...limits, beforeCommit }).foldOnce()).toMatchObject({ deltas: 1, more })
  })

  it('adds batches to every tier, the totals and the ledger', async () => {
    await journal.append([
      batch([event({ durationMs: 10, bytes: 5 }), event({ status: 503, durationMs: 20, requestId: 'r-1' })]),
      batch([event({ durationMs: 30, bytes: 7 }), event({ status: 429, consumer: 'greedy' })]),
    ])
    expect(await folder().foldOnce()).toMatchObject({ held: true, deltas: 1, failed: 0, setAside: 0, series: 3 })
    const tiers = await readTiers(database.pool)
    for (const tier of [tiers['10s'], tiers['1m'], tiers['1h'], tiers['1d']]) {
      expect(tier.map((row) => [row.code, row.count, row.bytes])).toEqual([
        [200, 2, 12],
        [429, 1, 0],
        [503, 1, 0],
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
