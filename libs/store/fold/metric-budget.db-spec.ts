import { testDatabase, type TestDatabase } from '#testing'
import { batchOf, type Specimen } from '../../delta/testing/specimen.js'
import { openDatabase, type Database } from '../database.js'
import { DEFAULT_RETENTION, ensurePartitions } from '../partitions.js'
import { PostgresJournal } from '../postgres-journal.js'
import { QueryService } from '../query/index.js'
import { key, randomName } from '../testing/batches.js'
import { emptyTables } from '../testing/empty-tables.js'
import { DEFAULT_BUDGET } from './budget.js'
import { TrafficReader } from '../traffic/traffic-reader.js'
import { Folder } from './folder.js'

const NOW_MS = Date.now()
const ZERO_CODES = [200, 503]
/** Without durations: bytes, retries, two codes at 0 and four others. */
const PLAIN = 8
/** Of three classes, each with 13 edges, all, sum and count. */
const HISTOGRAMS = 48

let scratch: TestDatabase
let database: Database
let journal: PostgresJournal
let query: QueryService

beforeAll(async () => {
  scratch = await testDatabase()
  database = await openDatabase({ url: scratch.url })
  journal = new PostgresJournal(database.pool)
  query = new QueryService(database.pool, () => NOW_MS)
  await ensurePartitions(database.pool, NOW_MS, DEFAULT_RETENTION)
})

afterEach(() => emptyTables(database.pool))

afterAll(async () => {
  await database.close()
  await scratch.drop()
})

const folder = (metricSeries: number, routes: readonly string[] = []) =>
  new Folder(database.pool, {
    holder: randomName(),
    budget: { ...DEFAULT_BUDGET, metricSeries },
    zeroCodes: ZERO_CODES,
    routesInTotals: new Set(routes),
  })

async function append(source: string, events: readonly Specimen[]): Promise<void> {
  const stamped = events.map((event) => ({ tsMs: NOW_MS, ...event }))
  await journal.append([{ ...batchOf(stamped, { source, arrivedAtMs: NOW_MS }), key: key(randomName()) }])
}

const services = (count: number, of: Specimen, name = 'host'): Specimen[] =>
  Array.from({ length: count }, (_, n) => ({ gateway: 'gw', service: `${name}-${n}`, ...of }))

const rows = async <Row>(text: string): Promise<Row[]> => (await database.pool.query<never>(text)).rows

/** What no budget may change: every sum over the labels that senders choose. */
async function expectExact(): Promise<void> {
  const sums = 'sum(count) AS count, coalesce(sum(retries), 0) AS retries, sum(bytes) AS bytes'
  const by = 'source, code, class, outcome'
  const cells = await rows(
    `SELECT ${by}, ${sums} FROM cell_1d JOIN series ON series.id = series_id GROUP BY ${by} ORDER BY ${by}`,
  )
  expect(cells.length).toBeGreaterThan(0)
  expect(await rows(`SELECT ${by}, ${sums} FROM total GROUP BY ${by} ORDER BY ${by}`)).toEqual(cells)
  const durations = 'source, class, sum(count) AS count, round(sum(sum_ms)) AS sum'
  expect(await rows(`SELECT ${durations} FROM total_latency GROUP BY 1, 2 ORDER BY 1, 2`)).toEqual(
    await rows(`SELECT ${durations} FROM latency_1d JOIN latency_group ON id = group_id GROUP BY 1, 2 ORDER BY 1, 2`),
  )
}

const placesOf = async (source: string): Promise<string[]> =>
  (
    await rows<{ place: string }>(
      `SELECT DISTINCT gateway || '/' || service AS place FROM total WHERE source = '${source}' ORDER BY 1`,
    )
  ).map(({ place }) => place)

describe('the budget of /metrics', () => {
  it('counts new services past it under {other}, with exact sums by code, class and outcome', async () => {
    const folding = folder(1_000)
    for (const status of [200, 404, 503]) {
      await append('edge', services(300, { status, bytes: 5, retries: 1, durationMs: status }, `at-${status}`))
      await folding.foldOnce()
    }
    await expectExact()
    const places = await placesOf('edge')
    expect(places).toContain('gw/{other}')
    expect(places.length).toBeLessThan(1_000 / (PLAIN + HISTOGRAMS) + 2)
    expect(await rows(`SELECT code, count FROM total WHERE service = '{other}' ORDER BY code`)).toEqual([
      { code: 200, count: expect.any(Number) },
      { code: 404, count: 300 },
      { code: 503, count: 300 },
    ])
    const used = await query.metricSeries(ZERO_CODES)
    expect(used).toBeGreaterThan(900)
    expect(used).toBeLessThanOrEqual(1_000)
  })

  it('keeps room for the zero codes, usual codes and usual durations of services that are known', async () => {
    const folding = folder(400)
    const known = services(3, { status: 200, durationMs: 1 }, 'known')
    await append('edge', known)
    await folding.foldOnce()
    for (let wave = 0; wave < 3; wave++) {
      await append('edge', services(100, { status: 200 }, `wave-${wave}`))
      await folding.foldOnce()
    }
    const before = await placesOf('edge')
    for (const status of [503, 404, 500, 429, 403])
      await append(
        'edge',
        known.map((event) => ({ ...event, status })),
      )
    await folding.foldOnce()
    await expectExact()
    expect(await placesOf('edge')).toEqual(before)
    expect(
      await rows(`SELECT service, count(*) AS codes FROM total WHERE service LIKE 'known%' GROUP BY 1 ORDER BY 1`),
    ).toEqual([0, 1, 2].map((n) => ({ service: `known-${n}`, codes: 6 })))
    expect(
      await rows(
        `SELECT service, count(*) AS classes FROM total_latency WHERE service LIKE 'known%' GROUP BY 1 ORDER BY 1`,
      ),
    ).toEqual([0, 1, 2].map((n) => ({ service: `known-${n}`, classes: 3 })))
  })

  it('gives up the gateway where there are too many, and bounds the codes of a service that is known', async () => {
    const folding = folder(200)
    await append('edge', services(1, { status: 200 }, 'shop'))
    await folding.foldOnce()
    await append(
      'edge',
      Array.from({ length: 600 }, (_, n) => ({ gateway: `gw-${n}`, service: `host-${n}`, status: 200 })),
    )
    await append(
      'edge',
      Array.from({ length: 400 }, (_, n) => ({ gateway: 'gw', service: 'shop-0', status: 200 + n })),
    )
    await folding.foldOnce()
    await expectExact()
    const places = await placesOf('edge')
    expect(places).toContain('gw/shop-0')
    expect(places).toContain('{other}/{other}')
    expect(places.length).toBeLessThan(200 / PLAIN + 2)
    const named = await rows<{ codes: number }>(`SELECT count(*) AS codes FROM total WHERE service <> '{other}'`)
    expect(named[0]?.codes).toBeLessThan(200)
  })

  it('leaves every source a little, whatever one of them takes', async () => {
    const folding = folder(2_000)
    await append('greedy', services(1_000, { status: 200 }))
    await folding.foldOnce()
    await append('late', services(5, { status: 200 }, 'pay'))
    await folding.foldOnce()
    await expectExact()
    expect(await placesOf('late')).toEqual([0, 1, 2, 3, 4].map((n) => `gw/pay-${n}`))
  })

  it('gives up the label of a route before that of the service', async () => {
    const routes = Array.from({ length: 100 }, (_, n) => `/r${n}`)
    const folding = folder(50, routes)
    await append(
      'edge',
      routes.map((route) => ({ gateway: 'gw', service: 'shop', status: 200, route })),
    )
    await folding.foldOnce()
    await expectExact()
    expect(await placesOf('edge')).toEqual(['gw/shop'])
    const [empty] = await rows<{ count: number }>(`SELECT count FROM total WHERE route = ''`)
    expect(empty?.count).toBeGreaterThan(40)
    expect(await query.metricSeries(ZERO_CODES)).toBeLessThanOrEqual(50)
  })

  it('decides the same in one process and in one that starts again after every fold', async () => {
    const outcomes: unknown[] = []
    for (const restarts of [false, true]) {
      let folding = folder(900)
      for (let wave = 0; wave < 12; wave++) {
        const status = [200, 404, 503, 301][wave % 4] ?? 200
        const late = wave % 3 === 0 ? { tsMs: NOW_MS - 1_200_000 } : {}
        const timed = wave % 2 === 0 ? { durationMs: wave } : {}
        await append(`s${wave % 5}`, services(12 + wave, { status, ...late, ...timed }, `w${wave % 7}`))
        await folding.foldOnce()
        if (!restarts) continue
        await folding.release()
        folding = folder(900)
      }
      await folding.release()
      await expectExact()
      outcomes.push([
        await rows(
          'SELECT digest, source, gateway, service, code, outcome, count, backfilled FROM total ORDER BY digest',
        ),
        await rows('SELECT digest, source, gateway, service, class, count FROM total_latency ORDER BY digest'),
        await query.metricSeries(ZERO_CODES),
      ])
      expect(await query.metricSeries(ZERO_CODES)).toBeGreaterThan(800)
      await emptyTables(database.pool)
    }
    expect(outcomes[1]).toEqual(outcomes[0])
  })

  it('is told as many series as the page shows at most', async () => {
    const folding = folder(100_000)
    for (const status of [200, 201, 204, 301, 400, 404, 429, 500, 503])
      await append('edge', services(20, { status, durationMs: 3 }))
    await folding.foldOnce()
    const reader = new TrafficReader({ url: scratch.url, zeroCodes: ZERO_CODES, routes: false, overlays: [] })
    const shown = (await reader.read()).flatMap(({ chunks }) => Buffer.concat(chunks).toString().match(/\n/g) ?? [])
    await reader.close()
    expect(await query.metricSeries(ZERO_CODES)).toBe(shown.length)
  })
})
