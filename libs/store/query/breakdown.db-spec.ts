import { testDatabase, type TestDatabase } from '#testing'
import type { Breakdown, BreakdownQuestion, BreakdownRow } from './breakdown.js'
import { DEFAULT_QUERY_LIMITS } from './limits.js'
import type { QueryErrorCode } from './query-error.js'
import { QueryService } from './query-service.js'
import type { BreakdownOrder } from './statements/breakdown-sql.js'
import { labelsOfCode, Seed } from './testing/seed.js'

const NOW = Date.UTC(2026, 4, 20, 12, 0, 0)
const MINUTE = 60_000
let database: TestDatabase
let seed: Seed
let nowMs = NOW
let query: QueryService

beforeAll(async () => {
  database = await testDatabase()
  seed = new Seed(database.pool)
  await seed.partitions(NOW)
  query = new QueryService(database.pool, () => nowMs)
})
beforeEach(async () => {
  nowMs = NOW
  await database.pool.query(
    'TRUNCATE series, source, latency_group, rollup, cell_10s, cell_1m, cell_1h, cell_1d, rollup_10s, rollup_1m, rollup_1h, rollup_1d, latency_1m, latency_1h, latency_1d CASCADE',
  )
})
afterAll(() => database.drop())

const LAST_HOUR = { last: '1h' }
const ask = (question: Partial<BreakdownQuestion> = {}) =>
  query.breakdown({ range: LAST_HOUR, by: ['code'], ...question })
const at = (minutesAgo: number) => NOW - minutesAgo * MINUTE

describe('breakdown', () => {
  it('splits by code with exact sums, rates over the denominator, and shares of the total', async () => {
    await seed.cells([
      { atMs: at(5), count: 90, bytes: 900, labels: labelsOfCode(200) },
      { atMs: at(20), count: 6, bytes: 60, retries: 4, labels: labelsOfCode(502) },
      { atMs: at(21), count: 4, labels: labelsOfCode(429) },
      { atMs: at(22), count: 7, labels: labelsOfCode(null) },
      { atMs: at(61), count: 1_000, labels: labelsOfCode(200) },
    ])
    const { total, rows, remainder } = await ask()
    expect(rows.map(({ key, counts }) => [key.code, counts.count])).toEqual([
      [200, 90],
      [null, 7],
      [502, 6],
      [429, 4],
    ])
    expect(total).toMatchObject({ count: 107, errors: 6, throttled: 4, denominator: 100, bytes: 960, retries: 4 })
    expect(rows[2]).toMatchObject({
      share: 6 / 107,
      counts: { errors: 6, denominator: 6, retries: 4, estimated: false },
    })
    expect(rows[1]?.counts).toMatchObject({ denominator: 0 })
    expect(remainder).toBeNull()
  })

  it('finds what is past a budget under its label', async () => {
    await seed.cells([
      { atMs: at(5), count: 3, labels: { route: '/cart' } },
      { atMs: at(5), count: 4, labels: { route: '{other}' } },
      { atMs: at(5), count: 5, labels: { route: '{other}', service: '{other}' } },
    ])
    expect((await ask({ by: ['route'], filter: { route: ['{other}'] } })).total.count).toBe(9)
    expect((await ask({ by: ['route'], filter: { service: ['{other}'] } })).rows).toMatchObject([
      { key: { route: '{other}' }, counts: { count: 5 } },
    ])
  })

  it('answers an empty database with zeroes', async () => {
    expect(await ask()).toMatchObject({
      total: { count: 0, denominator: 0, estimated: false },
      rows: [],
      remainder: null,
    })
  })

  it('counts every outcome where it belongs', async () => {
    const outcomes = [
      'interim',
      'success',
      'redirect',
      'client_error',
      'throttled',
      'client_closed',
      'server_error',
      'unknown',
    ] as const
    await seed.cells(outcomes.map((outcome, index) => ({ atMs: at(1), count: 10 ** index, labels: { outcome } })))
    const { total } = await ask({ by: ['outcome'] })
    expect(total).toMatchObject({ count: 11_111_111, errors: 1_000_000, throttled: 10_000, denominator: 1_011_110 })
  })

  it.each<[BreakdownOrder, number[]]>([
    ['count', [200, 429, 500, 502]],
    ['errors', [500, 502, 200, 429]],
    ['throttled', [429, 200, 500, 502]],
    ['error_rate', [500, 502, 200, 429]],
    ['throttle_rate', [429, 200, 500, 502]],
    ['bytes', [502, 200, 429, 500]],
  ])('orders by %s, then by count', async (order, codes) => {
    await seed.cells([
      { atMs: at(1), count: 100, bytes: 5, labels: labelsOfCode(200) },
      { atMs: at(1), count: 30, bytes: 4, labels: labelsOfCode(429) },
      { atMs: at(1), count: 20, bytes: 3, labels: labelsOfCode(500) },
      { atMs: at(1), count: 10, bytes: 9, labels: labelsOfCode(502) },
    ])
    expect((await ask({ order })).rows.map(({ key }) => key.code)).toEqual(codes)
  })

  it('puts groups without a rate last', async () => {
    await seed.cells([
      { atMs: at(1), count: 100, labels: labelsOfCode(null) },
      { atMs: at(1), count: 1, labels: labelsOfCode(200) },
    ])
    expect((await ask({ order: 'error_rate' })).rows.map(({ key }) => key.code)).toEqual([200, null])
  })

  it('tells when counts are estimated, also past 2^53', async () => {
    await seed.cells([
      { atMs: at(1), count: 1, estimated: true },
      { atMs: at(1), count: 2 ** 53 - 2, labels: { route: '/large' } },
      { atMs: at(1), count: 3, labels: { route: '/small' } },
    ])
    const { total, rows } = await ask({ by: ['route'] })
    expect(total.estimated).toBe(true)
    expect(rows.map(({ key, counts }) => [key.route, counts.estimated])).toEqual([
      ['/large', false],
      ['/small', false],
      ['/cart', true],
    ])
    expect(rows[0]?.counts.count).toBe(2 ** 53 - 2)
    expect((await ask({ by: ['service'] })).rows[0]?.counts.estimated).toBe(true)
  })

  it('keeps labels apart that hostile names could mix up', async () => {
    const names = ['a', 'a,b', '"a"', '(a)', 'a\x1fb', ' a', "a' OR 1=1 --", '', '{other}']
    await seed.cells(names.map((route, index) => ({ atMs: at(1), count: index + 1, labels: { route } })))
    const found = await everyPage({ by: ['route', 'service'], first: 2 })
    expect(found.map(({ key, counts }) => [key.route, counts.count]).toSorted()).toEqual(
      names.map((route, index) => [route, index + 1]).toSorted(),
    )
    expect((await ask({ by: ['route'], filter: { route: ["a' OR 1=1 --"] } })).total.count).toBe(7)
  })

  it.each<[string, Partial<BreakdownQuestion>, QueryErrorCode]>([
    ['no dimension', { by: [] }, 'bad_user_input'],
    ['no row', { first: 0 }, 'bad_user_input'],
    ['half a row', { first: 1.5 }, 'bad_user_input'],
    ['too many rows', { first: 501 }, 'query_too_complex'],
    ['too many values', { filter: { code: Array.from({ length: 101 }, (_, code) => code) } }, 'query_too_complex'],
    ['NUL in a filter', { filter: { route: ['a\0b'] } }, 'bad_user_input'],
    ['durations that are not kept', { by: ['method'], order: 'p99' }, 'bad_user_input'],
    ['a foreign cursor', { after: 'AAAA' }, 'bad_user_input'],
  ])('refuses %s', async (_name, question, code) => {
    await expect(ask(question)).rejects.toMatchObject({ name: 'QueryError', code })
  })
})

/** All rows, page by page; what a client does. */
async function everyPage(
  question: Partial<BreakdownQuestion>,
  between: () => Promise<void> = async () => undefined,
): Promise<BreakdownRow[]> {
  const rows: BreakdownRow[] = []
  let after: string | null = null
  for (let page = 0; page < 100; page++) {
    const answer: Breakdown = await ask({ ...question, after })
    expectBalance(answer)
    rows.push(...answer.rows)
    if (!answer.hasNextPage) return rows
    after = answer.endCursor
    await between()
  }
  throw new Error('pages without end')
}

function expectBalance({ total, rows, remainder }: Breakdown): void {
  const sum = (name: 'count' | 'errors' | 'throttled' | 'denominator' | 'bytes' | 'retries') =>
    rows.reduce((added, { counts }) => added + counts[name], remainder?.[name] ?? 0)
  for (const name of ['count', 'errors', 'throttled', 'denominator', 'bytes', 'retries'] as const)
    expect([name, sum(name)]).toEqual([name, total[name]])
}

describe('pages', () => {
  const routes = Array.from({ length: 23 }, (_, index) => `/r${index}`)
  const cellsOf = (count: (index: number) => number) =>
    routes.map((route, index) => ({ atMs: at(1), count: count(index), labels: { route } }))

  it('show every row once, and rows with remainder are the total on each', async () => {
    await seed.cells(cellsOf((index) => index + 1))
    const rows = await everyPage({ by: ['route'], first: 5 })
    expect(rows.map(({ counts }) => counts.count)).toEqual(routes.map((_, index) => routes.length - index))
  })

  it('show every row once while data arrives that changes the order', async () => {
    await seed.cells(cellsOf((index) => 100 + index))
    let page = 0
    const rows = await everyPage({ by: ['route'], first: 4 }, async () => {
      page++
      await seed.cells(cellsOf((index) => (index * 7 * page) % 50))
    })
    expect(rows.map(({ key }) => key.route).toSorted()).toEqual(routes.toSorted())
  })

  it('stay in the range of the first page', async () => {
    await seed.cells(cellsOf((index) => index + 1))
    const first = await ask({ by: ['route'], first: 5 })
    nowMs += 4 * MINUTE
    await seed.cells([{ atMs: nowMs, count: 1_000, labels: { route: '/new' } }])
    const second = await ask({ by: ['route'], first: 5, after: first.endCursor })
    expect([second.span.fromMs, second.span.toMs]).toEqual([first.span.fromMs, first.span.toMs])
    expect(second.total.count).toBe(first.total.count)
  })

  it('end after five minutes', async () => {
    await seed.cells(cellsOf((index) => index + 1))
    const { endCursor } = await ask({ by: ['route'], first: 5 })
    nowMs += 5 * MINUTE + 1
    await expect(ask({ by: ['route'], first: 5, after: endCursor })).rejects.toMatchObject({ code: 'cursor_expired' })
  })

  it('end at the number of rows that a cursor can carry', async () => {
    await seed.cells(cellsOf((index) => index + 1))
    const narrow = new QueryService(database.pool, () => nowMs, { ...DEFAULT_QUERY_LIMITS, maxPagedRows: 8 })
    const question = { range: LAST_HOUR, by: ['route'] as const, first: 5 }
    const first = await narrow.breakdown(question)
    const second = await narrow.breakdown({ ...question, after: first.endCursor })
    expect([second.rows.length, second.hasNextPage]).toEqual([3, true])
    await expect(narrow.breakdown({ ...question, after: second.endCursor })).rejects.toMatchObject({
      code: 'query_too_complex',
    })
  })
})
