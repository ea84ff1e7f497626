import { testDatabase, type TestDatabase } from '#testing'
import type { BreakdownQuestion } from './breakdown.js'
import { QueryService } from './query-service.js'
import { labelsOfCode, Seed } from './test/seed.js'

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
    'TRUNCATE series, source, latency_group, cell_10s, cell_1m, cell_1h, cell_1d, latency_1m, latency_1h, latency_1d CASCADE',
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

  it('answers an empty database with zeroes', async () => {
    expect(await ask()).toMatchObject({
      total: { count: 0, denominator: 0, estimated: false },
      rows: [],
      remainder: null,
    })
  })
})
