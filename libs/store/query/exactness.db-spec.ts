import * as fc from 'fast-check'
import { OUTCOMES, type Outcome } from '#catalog'
import { testDatabase, type TestDatabase } from '#testing'
import type { Dimension, RowKey } from './dimension.js'
import { conditionsOf, type Filter } from './filter.js'
import { grainFor, ROLLUPS, SERIES } from './grain.js'
import { ladder } from './ladder.js'
import { QueryService } from './query-service.js'
import { breakdownSql } from './statements/breakdown-sql.js'
import { labelsOfCode, Seed, USUAL_LABELS, type SeededCell } from './testing/seed.js'
import { BUCKET_MS, TIERS } from './tier.js'

const NOW = Date.UTC(2026, 4, 20, 12, 34, 56)
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const HELD_10S_MS = 48 * HOUR
const CODES = [200, 301, 404, 429, 500, 502, null]

let database: TestDatabase
let seed: Seed
let query: QueryService
let cells: SeededCell[]

/** A fixed stream of numbers, so that a failure repeats. */
function numbersFrom(state: number): () => number {
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

function randomCells(): SeededCell[] {
  const next = numbersFrom(7)
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(next() * items.length)] as Item
  const agesMs = [2 * HOUR, 2 * DAY, 40 * DAY]
  return Array.from({ length: 1_500 }, () => ({
    atMs: Math.floor(NOW - next() * pick(agesMs)),
    count: Math.ceil(next() * 50),
    bytes: Math.floor(next() * 1_000),
    retries: Math.floor(next() * 3),
    labels: {
      ...labelsOfCode(pick(CODES)),
      source: pick(['edge', 'inner']),
      service: pick(['shop', 'pay', 'user']),
      route: pick(['/a', '/b', '/c/{id}']),
      method: pick(['GET', 'POST']),
      ...(next() < 0.1 ? { outcome: 'server_error' as Outcome } : {}),
    },
  }))
}

beforeAll(async () => {
  database = await testDatabase()
  seed = new Seed(database.pool)
  await seed.partitions(NOW)
  cells = randomCells()
  // What is older than a tier's retention lies only in the coarser ones, as after a replay.
  await seed.cells(cells.filter(({ atMs }) => atMs >= NOW - HELD_10S_MS))
  await seed.cells(
    cells.filter(({ atMs }) => atMs < NOW - HELD_10S_MS && atMs >= NOW - 15 * DAY),
    ['1m', '1h', '1d'],
  )
  await seed.cells(
    cells.filter(({ atMs }) => atMs < NOW - 15 * DAY),
    ['1h', '1d'],
  )
  query = new QueryService(database.pool, () => NOW)
})
afterAll(() => database.drop())

function labelsOf(cell: SeededCell): Required<RowKey> {
  return { ...USUAL_LABELS, ...cell.labels }
}

function has<Value>(values: readonly Value[] | null | undefined, value: Value): boolean {
  return !values || values.includes(value)
}

function passes(labels: Required<RowKey>, filter: Filter): boolean {
  if (filter.errorsOnly === true && labels.outcome !== 'server_error') return false
  return (
    has(filter.source, labels.source) &&
    has(filter.service, labels.service) &&
    has(filter.route, labels.route) &&
    has(filter.method, labels.method) &&
    has(filter.code, labels.code ?? 0) &&
    has(filter.class, labels.class) &&
    has(filter.outcome, labels.outcome)
  )
}

const IN_RATES: readonly Outcome[] = ['success', 'redirect', 'client_error', 'throttled', 'server_error']

/** The same question, answered from the cells in memory. */
function naive(fromMs: number, toMs: number, by: readonly Dimension[], filter: Filter): Map<string, number[]> {
  const groups = new Map<string, number[]>()
  for (const cell of cells) {
    const labels = labelsOf(cell)
    const atMs = Math.floor(cell.atMs / BUCKET_MS) * BUCKET_MS
    if (atMs < fromMs || atMs >= toMs || !passes(labels, filter)) continue
    const key = JSON.stringify(by.map((dimension) => labels[dimension]))
    const sums = groups.get(key) ?? [0, 0, 0, 0, 0, 0]
    const numbers = [
      cell.count,
      labels.outcome === 'server_error' ? cell.count : 0,
      labels.outcome === 'throttled' ? cell.count : 0,
      IN_RATES.includes(labels.outcome) ? cell.count : 0,
      cell.bytes ?? 0,
      cell.retries ?? 0,
    ]
    groups.set(
      key,
      sums.map((sum, index) => sum + (numbers[index] ?? 0)),
    )
  }
  return groups
}

const someOf = <Value>(...values: Value[]) => fc.option(fc.subarray(values), { freq: 2, nil: null })
const filters: fc.Arbitrary<Filter> = fc.record({
  source: someOf('edge', 'inner', 'absent'),
  service: someOf('shop', 'pay', 'user'),
  route: someOf('/a', '/b', '/c/{id}'),
  method: someOf('GET', 'POST'),
  code: someOf(200, 429, 500, 502, 0),
  class: someOf('success' as const, 'server_error' as const, 'none' as const),
  outcome: someOf(...OUTCOMES),
  errorsOnly: fc.constantFrom(true, false, null, null, null),
})
const dimensions: fc.Arbitrary<Dimension[]> = fc.subarray(
  ['source', 'service', 'route', 'method', 'code', 'class', 'outcome', 'owner'],
  { minLength: 1 },
)
/** Up to 2 h, 2 days and 40 days: each is answered from another tier. */
const ranges = fc.oneof(
  ...[2 * HOUR, 2 * DAY, 40 * DAY].map((longestMs) =>
    fc.tuple(fc.integer({ min: 0, max: longestMs - 1 }), fc.integer({ min: 1, max: longestMs })),
  ),
)

describe('any breakdown', () => {
  it('equals a count over the cells in memory', async () => {
    await fc.assert(
      fc.asyncProperty(ranges, dimensions, filters, async ([endMs, lengthMs], by, filter) => {
        const toMs = NOW - endMs
        const answer = await query.breakdown({ range: { fromMs: toMs - lengthMs, toMs }, by, filter, first: 500 })
        const { span, rows, total, remainder } = answer
        expect(span.fromMs).toBeLessThanOrEqual(toMs - lengthMs)
        expect(span.toMs).toBeGreaterThanOrEqual(toMs)
        const found = rows.map(({ key, counts }) => [
          JSON.stringify(by.map((dimension) => key[dimension])),
          [counts.count, counts.errors, counts.throttled, counts.denominator, counts.bytes, counts.retries],
        ])
        const expected = naive(span.fromMs, span.toMs, by, filter)
        expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected))
        expect(remainder).toBeNull()
        expect(total.count).toBe([...expected.values()].reduce((sum, [count = 0]) => sum + count, 0))
        for (const { errors, throttled, denominator, count } of [total, ...rows.map(({ counts }) => counts)]) {
          expect(errors + throttled).toBeLessThanOrEqual(denominator)
          expect(denominator).toBeLessThanOrEqual(count)
        }
      }),
      { numRuns: 200 },
    )
  })

  it('is the same by rollups and by series', async () => {
    const whole = fc.subarray<Dimension>(['source', 'service', 'code', 'class', 'outcome', 'owner'], { minLength: 1 })
    await fc.assert(
      fc.asyncProperty(ranges, whole, filters, async ([endMs, lengthMs], by, given) => {
        const filter = { ...given, route: null, method: null }
        const toMs = NOW - endMs
        const question = { range: { fromMs: toMs - lengthMs, toMs }, by, first: 500 }
        const bySeries = { ...filter, method: ['GET', 'POST'] }
        expect(grainFor(by, conditionsOf(filter, 100))).toBe(ROLLUPS)
        expect(grainFor(by, conditionsOf(bySeries, 100))).toBe(SERIES)
        const [rolledUp, full] = await Promise.all(
          [filter, bySeries].map((given) => query.breakdown({ ...question, filter: given })),
        )
        expect(rolledUp).toEqual({ ...full, endCursor: rolledUp?.endCursor })
      }),
      { numRuns: 100 },
    )
  })

  it('gives classes and codes the same total', async () => {
    const [classes, codes] = await Promise.all(
      (['class', 'code'] as const).map((by) => query.breakdown({ range: { last: '30d' }, by: [by] })),
    )
    expect(classes?.total).toEqual(codes?.total)
    expect(classes?.total.count).toBeGreaterThan(0)
  })

  it('is the sum of its time series, whatever the step', async () => {
    for (const [last, steps] of [
      ['1h', ['10s', '1m', '7m']],
      ['24h', ['1m', '1h']],
      ['30d', ['1h', '6h', '1d']],
    ] as const) {
      for (const step of steps) {
        const question = { range: { last }, step, by: ['code'] as const, first: 7 }
        const { span, series } = await query.timeSeries(question)
        expect((await query.timeSeries({ ...question, filter: { method: ['GET', 'POST'] } })).series).toEqual(series)
        const points = series.flatMap(({ key, points: list }) =>
          list.map(({ counts }) => [JSON.stringify([key.key.code]), counts?.count ?? 0] as const),
        )
        const sums = Map.groupBy(points, ([key]) => key)
        const expected = naive(span.fromMs, span.toMs, ['code'], {})
        expect(
          [...sums].map(([key, list]) => [key, list.reduce((sum, [, count]) => sum + count, 0)]).toSorted(),
        ).toEqual([...expected].map(([key, [count]]) => [key, count]).toSorted())
      }
    }
  })
})

describe('tiers', () => {
  it.each([
    ['15m', '10s'],
    ['2h', '10s'],
    ['3h', '1m'],
    ['48h', '1m'],
    ['3d', '1h'],
    ['30d', '1h'],
    ['61d', '1d'],
    ['365d', '1d'],
  ])('last %s is read from %s', async (last, tier) => {
    expect((await query.breakdown({ range: { last }, by: ['code'] })).span.tier).toBe(tier)
  })

  it('are chosen by what is still held at the beginning', async () => {
    const range = { fromMs: NOW - 3 * DAY, toMs: NOW - 3 * DAY + HOUR }
    expect((await query.breakdown({ range, by: ['code'] })).span).toMatchObject({ tier: '1m' })
    const older = { fromMs: NOW - 20 * DAY, toMs: NOW - 20 * DAY + HOUR }
    expect((await query.breakdown({ range: older, by: ['code'] })).span).toMatchObject({ tier: '1h' })
  })

  it('are not trusted where a full disk made ten-second partitions go early', async () => {
    const { rows } = await database.pool.query<{ name: string }>(
      `SELECT child.relname AS name FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
       WHERE inhparent = 'cell_10s'::regclass
       ORDER BY substring(pg_get_expr(child.relpartbound, child.oid) FROM 'FROM \\((\\d+)\\)')::int`,
    )
    const range = { fromMs: NOW - 40 * HOUR, toMs: NOW - 39 * HOUR }
    const before = await query.breakdown({ range, by: ['code'] })
    expect(before.span.tier).toBe('10s')
    const gone = rows.slice(0, 3).map(({ name }) => name)
    for (const name of gone) await database.pool.query(`ALTER TABLE cell_10s DETACH PARTITION ${name}`)
    try {
      const after = await query.breakdown({ range, by: ['code'] })
      expect([after.span.tier, after.total.count]).toEqual([
        '1m',
        [...naive(after.span.fromMs, after.span.toMs, ['code'], {}).values()].reduce(
          (sum, [count = 0]) => sum + count,
          0,
        ),
      ])
    } finally {
      for (const name of gone) {
        const from = Number(name.split('_p')[1])
        await database.pool.query(
          `ALTER TABLE cell_10s ATTACH PARTITION ${name} FOR VALUES FROM (${from}) TO (${from + 2_160})`,
        )
      }
    }
  })

  it('coarser than an hour are all that thirty days touch but at their edges', async () => {
    const hours = TIERS[2]
    const to = Math.ceil(NOW / HOUR) * 360
    const statement = breakdownSql({
      rungs: ladder(to - 30 * 8_640, to, hours),
      by: ['service', 'code'],
      conditions: [],
      order: 'count',
      seen: [],
      rows: 50,
    })
    const { rows } = await database.pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${statement.text}`, statement.values)
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
    expect(plan).toMatch(/rollup_1d/)
    expect(plan).not.toMatch(/cell_|rollup_10s|rollup_1m/)
    expect((await query.breakdown({ range: { last: '30d' }, by: ['code'] })).span.tier).toBe('1h')
  })
})
