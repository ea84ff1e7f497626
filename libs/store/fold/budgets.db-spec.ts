import { testDatabase, type TestDatabase } from '#testing'
import type { BatchTally, SealedBatch } from '#delta'
import { batchOf, type Specimen } from '../../delta/testing/specimen.js'
import { openDatabase, type Database } from '../database.js'
import { DEFAULT_RETENTION, ensurePartitions } from '../partitions.js'
import { PostgresJournal } from '../postgres-journal.js'
import { key, randomName } from '../testing/batches.js'
import { emptyTables } from '../testing/empty-tables.js'
import { DEFAULT_BUDGET, type Budget } from './budget.js'
import { Folder } from './folder.js'

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

const folder = (budget: Partial<Budget>) =>
  new Folder(database.pool, { holder: randomName(), budget: { ...DEFAULT_BUDGET, ...budget } })

const batch = (source: string, events: Specimen[]): SealedBatch<BatchTally> => ({
  ...batchOf(events, { source, arrivedAtMs: NOW_MS }),
  key: key(randomName()),
})

const rows = async (text: string): Promise<unknown[]> => (await database.pool.query<never>(text)).rows
const numbered = (count: number, make: (index: number) => Specimen): Specimen[] =>
  Array.from({ length: count }, (_, index) => ({ tsMs: NOW_MS, ...make(index) }))

/** Sums that no budget may change: everything, and by code. */
async function expectExact(accepted: number, byCode: Record<number, number>): Promise<void> {
  for (const tier of ['10s', '1m', '1h', '1d']) {
    const sums = await database.pool.query<{ code: number; count: number }>(
      `SELECT code, sum(count) AS count FROM cell_${tier} JOIN series ON series.id = series_id GROUP BY code ORDER BY code`,
    )
    expect(Object.fromEntries(sums.rows.map(({ code, count }) => [code, count]))).toEqual(byCode)
  }
  expect(await rows('SELECT sum(count) AS count FROM total')).toEqual([{ count: accepted }])
  expect(await rows('SELECT sum(accepted) AS accepted FROM source')).toEqual([{ accepted }])
}

describe('budgets', () => {
  it('count routes past their number under {other}, also when they come later and out of another process', async () => {
    const folding = folder({ routesPerService: 10 })
    const routes = numbered(25, (index) => ({
      status: index % 5 === 0 ? 500 : 200,
      service: 'shop',
      route: `/r${index}`,
      durationMs: 1,
    }))
    await journal.append([batch('edge', routes)])
    await folding.foldOnce()
    await folding.release()
    await journal.append([
      batch(
        'edge',
        numbered(5, (index) => ({ status: 200, service: 'shop', route: `/late${index}` })),
      ),
    ])
    await journal.append([
      batch(
        'edge',
        numbered(5, (index) => ({ status: 200, service: 'pay', route: `/r${index}` })),
      ),
    ])
    await folder({ routesPerService: 10 }).foldOnce()
    await expectExact(35, { 200: 30, 500: 5 })
    expect(
      await rows(
        `SELECT service, count(DISTINCT route) AS routes FROM series WHERE route <> '{other}' GROUP BY service ORDER BY service`,
      ),
    ).toEqual([
      { service: 'pay', routes: 5 },
      { service: 'shop', routes: 10 },
    ])
    expect(await rows('SELECT overflowed FROM source')).toEqual([{ overflowed: 20 }])
    expect(await rows('SELECT sum(count) AS count FROM latency_1d')).toEqual([{ count: 25 }])
    expect(
      await rows(
        `SELECT count(*) AS strangers FROM latency_group g WHERE NOT EXISTS (SELECT FROM series s WHERE (s.source, s.gateway, s.service, s.route) = (g.source, g.gateway, g.service, g.route))`,
      ),
    ).toEqual([{ strangers: 0 }])
  })

  it('give up route, then service, then gateway of one source, keep codes exact, and leave other sources alone', async () => {
    const folding = folder({ seriesPerSource: 20 })
    await journal.append([
      batch(
        'calm',
        numbered(3, (index) => ({ status: 200, service: 'shop', route: `/r${index}` })),
      ),
    ])
    await folding.foldOnce()
    for (let round = 0; round < 4; round++) {
      await journal.append([
        batch(
          'attacked',
          numbered(50, (index) => ({
            status: index % 2 === 0 ? 404 : 503,
            gateway: `gw-${round}-${index}`,
            service: `host-${round}-${index}`,
            route: `/r-${round}-${index}`,
          })),
        ),
      ])
      await folding.foldOnce()
    }
    await journal.append([
      batch(
        'calm',
        numbered(3, (index) => ({ status: 200, service: 'shop', route: `/new${index}` })),
      ),
    ])
    await folding.foldOnce()
    await expectExact(206, { 200: 6, 404: 100, 503: 100 })
    expect(await rows('SELECT name, series_used, overflowed FROM source ORDER BY name')).toEqual([
      { name: 'attacked', series_used: 22, overflowed: 182 },
      { name: 'calm', series_used: 6, overflowed: 0 },
    ])
    expect(
      await rows(
        `SELECT count(*) AS last FROM series WHERE (gateway, service, route, method) = ('{other}', '{other}', '{other}', '_OTHER')`,
      ),
    ).toEqual([{ last: 2 }])
  })

  it('count sources past their number under {other}', async () => {
    const folding = folder({ sources: 3 })
    await journal.append(
      Array.from({ length: 8 }, (_, index) =>
        batch(
          `s${index}`,
          numbered(2, () => ({ status: 200 })),
        ),
      ),
    )
    await folding.foldOnce()
    await journal.append([
      batch(
        's9',
        numbered(2, () => ({ status: 500 })),
      ),
      batch(
        's0',
        numbered(2, () => ({ status: 500 })),
      ),
    ])
    await folding.foldOnce()
    await expectExact(20, { 200: 16, 500: 4 })
    expect(await rows('SELECT count(*) AS sources FROM source')).toEqual([{ sources: 4 }])
    expect(await rows(`SELECT received, accepted FROM source WHERE name = '{other}'`)).toEqual([
      { received: 12, accepted: 12 },
    ])
  })

  it('keep a guaranteed share for every source when the budget of all series is spent', async () => {
    const folding = folder({ series: 100 })
    await journal.append([
      batch(
        'greedy',
        numbered(300, (index) => ({ status: 200, service: 'x', route: `/r${index}` })),
      ),
    ])
    await folding.foldOnce()
    await journal.append([
      batch(
        'late',
        numbered(30, (index) => ({ status: 200, service: 'y', route: `/r${index}` })),
      ),
    ])
    await folding.foldOnce()
    await expectExact(330, { 200: 330 })
    expect(await rows('SELECT name, series_used, overflowed FROM source ORDER BY name')).toEqual([
      { name: 'greedy', series_used: 91, overflowed: 210 },
      { name: 'late', series_used: 30, overflowed: 0 },
    ])
  })

  it('bound samples of a series and named consumers of a minute', async () => {
    const folding = folder({})
    for (let round = 0; round < 3; round++) {
      const throttled = numbered(60, (index) => ({
        status: 429,
        service: 'shop',
        consumer: `c-${round}-${index}`,
        requestId: `r-${round}-${index}`,
      }))
      await journal.append([batch('edge', throttled)])
      await folding.foldOnce()
    }
    expect(await rows('SELECT count(*) AS samples FROM sample')).toEqual([{ samples: 3 }])
    expect(
      await rows(`SELECT sum(count) AS count, count(*) FILTER (WHERE consumer <> '{other}') AS named FROM consumer_1m`),
    ).toEqual([{ count: 180, named: 50 }])
  })
})
