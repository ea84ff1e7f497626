import { bucketIndex, bucketUpperMs } from '#delta'
import { testDatabase, type TestDatabase } from '#testing'
import { DEFAULT_QUERY_LIMITS } from './limits.js'
import { QueryService } from './query-service.js'
import { labelsOfCode, Seed } from './testing/seed.js'

const NOW = Date.UTC(2026, 4, 20, 12, 0, 0)
const MINUTE = 60_000
const at = (minutesAgo: number) => NOW - minutesAgo * MINUTE
let database: TestDatabase
let seed: Seed
let query: QueryService

/** 90 fast requests in /a, 10 slow ones in /b, in two minutes; 100 old ones. */
beforeAll(async () => {
  database = await testDatabase()
  seed = new Seed(database.pool)
  await seed.partitions(NOW)
  query = new QueryService(database.pool, () => NOW)
  await seed.cells([
    { atMs: at(5), count: 90, labels: { route: '/a' } },
    { atMs: at(3), count: 10, labels: { route: '/b' } },
  ])
  await seed.durations(at(5), bucketIndex(20), 90, 1_800, { route: '/a' })
  await seed.durations(at(3), bucketIndex(2_000), 10, 20_000, { route: '/b' })
  await seed.durations(at(90), bucketIndex(9), 100, 900, { route: '/a' })
})
afterAll(() => database.drop())

const near = (ms: number) => expect.closeTo(ms, -Math.log10(ms * 0.1))
const LAST_HOUR = { range: { last: '1h' }, durations: true }

const ask = (step: string) => query.timeSeries({ range: { fromMs: at(6), toMs: at(2) }, step, durations: true })

describe('durations', () => {
  it('are merged for rows, total and remainder', async () => {
    const { rows, total, remainder } = await query.breakdown({ ...LAST_HOUR, by: ['route'], first: 1 })
    expect(rows[0]?.counts.latency).toMatchObject({ count: 90, mean: 20, p50: near(20), p99: near(20) })
    expect(remainder?.latency).toMatchObject({ count: 10, mean: 2_000, p50: near(2_000) })
    expect(total.latency).toMatchObject({ count: 100, mean: 218, p50: near(20), p90: near(20), p95: near(2_000) })
    const p99 = total.latency?.p99 ?? 0
    expect(Math.abs(p99 - 2_000) / 2_000).toBeLessThanOrEqual(total.latency?.relativeError ?? 0)
    expect(bucketUpperMs(bucketIndex(2_000))).toBeGreaterThanOrEqual(p99)
  })

  it('order rows, the slowest first, page by page', async () => {
    const question = { ...LAST_HOUR, by: ['route'] as const, order: 'p99' as const, first: 1 }
    const first = await query.breakdown(question)
    const second = await query.breakdown({ ...question, after: first.endCursor })
    expect([first, second].map(({ rows }) => rows[0]?.key.route)).toEqual(['/b', '/a'])
    expect([first.hasNextPage, second.hasNextPage]).toEqual([true, false])
  })

  it.each([
    ['splits by code', { by: ['route', 'code'] as const }],
    ['filters by method', { by: ['route'] as const, filter: { method: ['GET'] } }],
    ['looks at errors only', { by: ['route'] as const, filter: { errorsOnly: true } }],
  ])('are null with the reason where the question %s', async (_name, question) => {
    const { total } = await query.breakdown({ ...LAST_HOUR, ...question })
    expect(total).toMatchObject({ latency: null, latencyUnavailable: expect.stringContaining('durations are kept by') })
  })

  it('follow filters by what they are kept by', async () => {
    const { total } = await query.breakdown({
      ...LAST_HOUR,
      by: ['service'],
      filter: { route: ['/b'], class: ['success'] },
    })
    expect([total.latency?.count, total.latencyUnavailable]).toEqual([10, null])
  })

  it('go into the points of a series, and of none shorter than a minute', async () => {
    const { series } = await ask('2m')
    expect(series[0]?.points.map(({ counts }) => counts?.latency?.count ?? null)).toEqual([90, 10])
    expect(series[0]?.key.counts.latency).toMatchObject({ count: 100 })
    const points = (await ask('10s')).series[0]?.points ?? []
    expect(points.find(({ counts }) => counts !== null)?.counts).toMatchObject({
      latency: null,
      latencyUnavailable: expect.stringContaining('per minute'),
    })
  })

  it('are refused rather than guessed where there are too many histograms', async () => {
    const narrow = new QueryService(database.pool, () => NOW, { ...DEFAULT_QUERY_LIMITS, maxHistograms: 1 })
    const { total } = await narrow.breakdown({ ...LAST_HOUR, by: ['route'] })
    expect(total.latencyUnavailable).toMatch(/more than 1 histograms/)
  })
})

describe('samples, sources and totals', () => {
  it('shows the newest samples that pass the filter, exactly in the range', async () => {
    const bad = await seed.series({
      source: 'edge',
      gateway: 'gw',
      service: 'shop',
      route: '/a',
      method: 'GET',
      protocol: 'http/2',
      ...labelsOfCode(502),
    } as Parameters<Seed['series']>[0])
    const other = await seed.series({
      source: 'edge',
      gateway: 'gw',
      service: 'pay',
      route: '/a',
      method: 'GET',
      protocol: 'http/2',
      ...labelsOfCode(null),
    } as Parameters<Seed['series']>[0])
    for (const [ms, series, id] of [
      [at(1), bad, 'new'],
      [at(2), bad, 'old'],
      [at(1), other, 'other'],
      [at(60) - 1, bad, 'outside'],
    ] as const)
      await database.pool.query('INSERT INTO sample VALUES ($1, $2, $3, 12.5, $4, NULL)', [
        Math.floor(ms / 10_000),
        ms,
        series,
        id,
      ])
    const found = await query.samples({ range: { last: '1h' }, filter: { service: ['shop'] } })
    expect(found.map(({ requestId }) => requestId)).toEqual(['new', 'old'])
    expect(found[0]).toEqual({
      atMs: at(1),
      source: 'edge',
      gateway: 'gw',
      service: 'shop',
      route: '/a',
      method: 'GET',
      code: 502,
      outcome: 'server_error',
      owner: 'upstream',
      durationMs: 12.5,
      requestId: 'new',
      traceId: null,
      detail: null,
    })
    expect((await query.samples({ range: { last: '1h' }, first: 1, filter: { service: ['pay'] } }))[0]?.code).toBeNull()
  })

  it('shows sources with their ledger', async () => {
    await seed.source('edge', {
      received: 10,
      accepted: 7,
      duplicate: 1,
      rejected: 2,
      lag_ms: 40.5,
      watermark_ms: NOW,
      delivery: 1,
      series_used: 3,
      health: ['wrong_clock'],
    })
    await seed.source('new')
    await database.pool.query("INSERT INTO source_reject SELECT id, 'bad_status', 2 FROM source WHERE name = 'edge'")
    expect(await query.sources()).toEqual([
      {
        name: 'edge',
        lastEventMs: NOW,
        lastArrivalMs: null,
        lagMs: 40.5,
        health: ['wrong_clock'],
        delivery: 'at_least_once',
        ledger: { received: 10, accepted: 7, duplicate: 1, rejected: 2, shed: 0, replayed: 0 },
        rejectedBy: { bad_status: 2 },
        seriesUsed: 3,
        seriesBudget: 10_000,
      },
      expect.objectContaining({ name: 'new', lastEventMs: null, lagMs: null, health: [], rejectedBy: {} }),
    ])
  })
})
