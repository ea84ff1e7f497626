import { Pool } from 'pg'
import { pollUntil, testDatabase, type TestDatabase } from '#testing'
import { DEFAULT_QUERY_LIMITS } from './limits.js'
import { QueryService } from './query-service.js'
import { labelsOfCode, Seed } from './testing/seed.js'
import type { Series } from './time-series.js'

const NOW = Date.UTC(2026, 4, 20, 12, 0, 0)
const MINUTE = 60_000
const at = (minutesAgo: number) => NOW - minutesAgo * MINUTE
let database: TestDatabase
let seed: Seed
let query: QueryService

beforeAll(async () => {
  database = await testDatabase()
  seed = new Seed(database.pool)
  await seed.partitions(NOW)
  query = new QueryService(database.pool, () => NOW)
})
beforeEach(() =>
  database.pool.query(
    'TRUNCATE series, source, latency_group, rollup, cell_10s, cell_1m, cell_1h, cell_1d, rollup_10s, rollup_1m, rollup_1h, rollup_1d, latency_1m, latency_1h, latency_1d CASCADE',
  ),
)
afterAll(() => database.drop())

const TEN_MINUTES = { fromMs: at(10), toMs: NOW }
const counted = (series: Series | undefined) => series?.points.map(({ counts }) => counts?.count ?? null)

const usualStep = async (last: string) => (await query.timeSeries({ range: { last } })).span.stepMs / 1_000

describe('timeSeries', () => {
  it('tells zero from ignorance: null before the first data and after the last', async () => {
    await seed.source('edge', { watermark_ms: at(2) + 30_000 })
    await seed.cells([
      { atMs: at(8), count: 5 },
      { atMs: at(5), count: 7 },
    ])
    const { series, span } = await query.timeSeries({ range: TEN_MINUTES, step: '1m' })
    expect(counted(series[0])).toEqual([null, null, 5, 0, 0, 7, 0, 0, 0, null])
    expect(span).toMatchObject({ fromMs: at(10), toMs: NOW, stepMs: MINUTE, tier: '1m' })
  })

  it('says zero from the beginning for a service that was counted before the range', async () => {
    await seed.source('edge', { watermark_ms: NOW })
    await seed.cells([{ atMs: at(5), count: 7 }])
    await database.pool.query('UPDATE rollup SET created_at = to_timestamp($1)', [at(600) / 1_000])
    const { series } = await query.timeSeries({ range: TEN_MINUTES, step: '2m' })
    expect(counted(series[0])).toEqual([0, 0, 7, 0, 0])
  })

  it('says zero errors where only successes were counted', async () => {
    await seed.source('edge', { watermark_ms: NOW })
    await seed.cells([
      { atMs: at(9), count: 100, labels: labelsOfCode(200) },
      { atMs: at(3), count: 2, labels: labelsOfCode(503) },
    ])
    const { series } = await query.timeSeries({ range: TEN_MINUTES, step: '2m', filter: { errorsOnly: true } })
    expect(counted(series[0])).toEqual([0, 0, 0, 2, 0])
  })

  it('knows each service for itself', async () => {
    await seed.source('edge', { watermark_ms: NOW })
    await seed.source('inner', { watermark_ms: at(6) })
    await seed.cells([
      { atMs: at(9), count: 3 },
      { atMs: at(9), count: 2, labels: { service: 'pay', source: 'inner' } },
      { atMs: at(4), count: 1, labels: { service: 'new' } },
    ])
    const { series } = await query.timeSeries({ range: TEN_MINUTES, step: '2m', by: ['service'] })
    expect(series.map((each) => [each.key.key.service, counted(each)])).toEqual([
      ['shop', [3, 0, 0, 0, 0]],
      ['pay', [2, 0, null, null, null]],
      ['new', [null, null, null, 1, 0]],
    ])
  })

  it('answers an empty database with one series of nothing known', async () => {
    const { series } = await query.timeSeries({ range: TEN_MINUTES, step: '5m' })
    expect(series).toMatchObject([
      { points: [{ counts: null }, { counts: null }], key: { counts: { count: 0 }, share: 0 } },
    ])
    expect((await query.timeSeries({ range: TEN_MINUTES, by: ['service'] })).series).toEqual([])
  })

  it('shows the busiest groups, with their sums and shares, and tells how many it left out', async () => {
    await seed.cells(['/a', '/b', '/c'].map((route, index) => ({ atMs: at(1), count: index + 1, labels: { route } })))
    const { series, omitted } = await query.timeSeries({ range: TEN_MINUTES, by: ['route'], first: 2 })
    expect(series.map(({ key }) => [key.key.route, key.counts.count, key.share])).toEqual([
      ['/c', 3, 3 / 6],
      ['/b', 2, 2 / 6],
    ])
    expect(omitted).toBe(1)
  })

  it('chooses about a hundred points where no step is asked for', async () => {
    expect(await Promise.all(['15m', '1h', '24h', '7d', '30d'].map(usualStep))).toEqual([10, 30, 900, 7_200, 21_600])
  })

  it('lengthens the step where the fine tier is no longer held', async () => {
    await seed.cells(
      [{ atMs: NOW - 30 * 86_400_000, count: 1 }].map((cell) => ({ ...cell })),
      ['1d', '1h'],
    )
    const range = { fromMs: NOW - 20 * 86_400_000, toMs: NOW - 19 * 86_400_000 }
    expect((await query.timeSeries({ range, step: '1m' })).span).toMatchObject({ stepMs: 3_600_000, tier: '1h' })
  })

  it('begins days at midnight of the zone and counts them whole', async () => {
    await seed.cells([{ atMs: Date.UTC(2026, 4, 19, 22, 30), count: 4 }])
    const range = { fromMs: Date.UTC(2026, 4, 19, 12), toMs: NOW }
    const { series, span } = await query.timeSeries({ range, step: '1d', timeZone: 'Europe/Berlin' })
    expect(series[0]?.points.map(({ atMs, counts }) => [new Date(atMs).toISOString(), counts?.count ?? null])).toEqual([
      ['2026-05-18T22:00:00.000Z', null],
      ['2026-05-19T22:00:00.000Z', 4],
    ])
    expect(span.tier).toBe('1h')
  })

  it.each([
    ['a step that no tier has', { step: '15s' }, 'bad_user_input'],
    ['an unknown zone', { step: '1d', timeZone: 'Nowhere' }, 'bad_user_input'],
    ['too many points', { range: { last: '24h' }, step: '10s' }, 'query_too_complex'],
    ['too many series', { first: 101 }, 'query_too_complex'],
    ['too many points in all', { range: { last: '10h' }, step: '10s', first: 100 }, 'query_too_complex'],
  ])('refuses %s', async (_name, question, code) => {
    await expect(query.timeSeries({ range: TEN_MINUTES, ...question })).rejects.toMatchObject({ code })
  })
})

const complete = async (range: { fromMs: number; toMs: number }) =>
  (await query.breakdown({ range, by: ['code'] })).span.complete

describe('complete', () => {
  it('waits for the slowest source that is heard of, and for no idle one', async () => {
    await seed.source('edge', { watermark_ms: at(2), last_arrival_ms: NOW })
    await seed.source('slow', { watermark_ms: at(8), last_arrival_ms: at(1) })
    await seed.source('idle', { watermark_ms: at(90), last_arrival_ms: at(90) })
    expect(await complete({ fromMs: at(20), toMs: at(9) })).toBe(true)
    expect(await complete({ fromMs: at(20), toMs: at(5) })).toBe(false)
    await seed.source('slow', { watermark_ms: at(3) })
    expect(await complete({ fromMs: at(20), toMs: at(5) })).toBe(true)
  })

  it('is never true of the future', async () => {
    expect(await complete({ fromMs: at(20), toMs: NOW + MINUTE })).toBe(false)
    expect(await complete({ fromMs: at(20), toMs: NOW })).toBe(true)
  })

  it('is never true where data is gone', async () => {
    const DAY = 86_400_000
    const forgetful = new QueryService(database.pool, () => NOW, {
      ...DEFAULT_QUERY_LIMITS,
      heldMs: { '10s': DAY, '1m': DAY, '1h': DAY, '1d': DAY },
    })
    const range = { fromMs: NOW - 30 * DAY, toMs: NOW - DAY }
    expect((await forgetful.breakdown({ range, by: ['code'] })).span.complete).toBe(true)
    await seed.cells([{ atMs: NOW - 20 * DAY, count: 1 }], ['1h', '1d'])
    expect((await forgetful.breakdown({ range, by: ['code'] })).span.complete).toBe(false)
  })
})

describe('limits', () => {
  it('end a statement that takes too long', async () => {
    const hasty = new QueryService(database.pool, () => NOW, { ...DEFAULT_QUERY_LIMITS, statementTimeoutMs: 200 })
    const blocker = await database.pool.connect()
    try {
      await blocker.query('BEGIN; LOCK TABLE source IN ACCESS EXCLUSIVE MODE')
      await expect(hasty.sources()).rejects.toMatchObject({ code: 'timeout' })
      await blocker.query('ROLLBACK')
      expect(await hasty.sources()).toEqual([])
    } finally {
      blocker.release()
    }
  })

  it('bound what the questions of one request read together', async () => {
    const poor = new QueryService(database.pool, () => NOW, { ...DEFAULT_QUERY_LIMITS, maxCells: 30_000 })
    const budget = poor.budget()
    const question = { range: { last: '24h' }, by: ['code'] as const }
    await poor.breakdown(question, budget)
    await expect(poor.breakdown(question, budget)).rejects.toMatchObject({ code: 'query_too_complex' })
  })

  it('say that the database is away, and work again when it is back', async () => {
    const pool = new Pool({ connectionString: database.url, max: 1 })
    pool.on('error', () => undefined)
    const alone = new QueryService(pool, () => NOW)
    const { rows } = await pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    const blocker = await database.pool.connect()
    try {
      await blocker.query('BEGIN; LOCK TABLE source IN ACCESS EXCLUSIVE MODE')
      const asked = alone.sources()
      const cut = async () => {
        const waiting = await blocker.query('SELECT 1 FROM pg_locks WHERE pid = $1 AND NOT granted', [rows[0]?.pid])
        if (waiting.rowCount === 0) return false
        await blocker.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid])
        return true
      }
      await Promise.all([
        expect(asked).rejects.toMatchObject({ code: 'unavailable' }),
        pollUntil(cut, { deadlineMs: 4_000, what: 'the question to wait for the lock' }),
      ])
    } finally {
      await blocker.query('ROLLBACK')
      blocker.release()
    }
    expect(await alone.sources()).toEqual([])
    await pool.end()
  })
})
