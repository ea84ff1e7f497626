import { jest } from '@jest/globals'
import { DataSource } from 'typeorm'
import { digestOf } from '#delta'
import {
  DEFAULT_RETENTION,
  ensurePartitions,
  Folder,
  migrate,
  openDatabase,
  PostgresJournal,
  QueryService,
  type Database,
} from '#store'
import { testDatabase, type TestDatabase } from '#testing'
import { readRollups } from '../libs/store/testing/rollups.js'
import { batch, event, NOW_MS } from '../libs/store/testing/fold-stage.js'
import { migrations } from './index.js'
import { Rollups1764000006000 } from './1764000006000-rollups.js'

const NOW = Math.floor(NOW_MS / 10_000)
/** Buckets of ten seconds in a cell, and in a partition. */
const TIERS = {
  '10s': { width: 1, span: 2_160 },
  '1m': { width: 6, span: 8_640 },
  '1h': { width: 360, span: 259_200 },
  '1d': { width: 8_640, span: 3_162_240 },
} as const

let scratch: TestDatabase
let database: Database

beforeAll(async () => {
  scratch = await testDatabase({ migrated: false })
  await migrateBefore(scratch.url)
  database = await openDatabase({ url: scratch.url })
})
afterAll(async () => {
  await database.close()
  await scratch.drop()
})

/** The schema of the release before. */
async function migrateBefore(url: string): Promise<void> {
  const before = migrations.slice(0, migrations.indexOf(Rollups1764000006000))
  const dataSource = await new DataSource({ type: 'postgres', url, migrations: before }).initialize()
  await dataSource.runMigrations()
  await dataSource.destroy()
}

/** Three partitions of each tier, and cells of three series in the later ones; two of them differ in route and method alone. */
async function storeCells(): Promise<void> {
  await database.pool.query(`INSERT INTO source (name) VALUES ('edge')`)
  const labels = [
    ['/a', 'GET', 200],
    ['/b', 'POST', 200],
    ['/a', 'GET', 503],
  ] as const
  for (const [route, method, code] of labels)
    await database.pool.query(
      `INSERT INTO series (digest, source, gateway, service, route, method, protocol, code, class, outcome, owner)
       VALUES ($1, 'edge', 'edge', 'shop', $2, $3, 'http/1.1', $4, $5, $6, 0)`,
      [digestOf([route, method], [code]), route, method, code, code === 200 ? 1 : 4, code === 200 ? 1 : 6],
    )
  for (const [tier, { width, span }] of Object.entries(TIERS)) {
    const latest = Math.floor(NOW / span) * span
    for (const from of [latest - 2 * span, latest - span, latest])
      await database.pool.query(
        `CREATE TABLE cell_${tier}_p${from} PARTITION OF cell_${tier} FOR VALUES FROM (${from}) TO (${from + span})`,
      )
    await database.pool.query(
      `INSERT INTO cell_${tier} (bucket, series_id, count, late, retries, bytes, duration_ms_sum, estimated)
       SELECT bucket, id, 10 * id, id % 2, id % 3, 7 * id, 5, id = 3 FROM series, unnest($1::int[]) AS bucket`,
      [[latest - width, Math.floor(NOW / width) * width]],
    )
  }
}

/** Runs the migration; `before` is called before each sum of a partition, with how many came before it. */
async function migrateWith(before: (sums: number) => Promise<unknown>): Promise<void> {
  const dataSource = await new DataSource({ type: 'postgres', url: scratch.url }).initialize()
  const runner = dataSource.createQueryRunner()
  const query = runner.query.bind(runner)
  let sums = 0
  jest.spyOn(runner, 'query').mockImplementation(async (text, parameters) => {
    if (text.includes('INSERT INTO rollup_')) await before(sums++)
    return query(text, parameters)
  })
  try {
    await new Rollups1764000006000().up(runner)
  } finally {
    await runner.release()
    await dataSource.destroy()
  }
}

it('locks nobody out while it sums partitions, passes over one that expires, and leaves the others when it is cut off', async () => {
  await storeCells()
  const expired = Math.floor(NOW / TIERS['10s'].span - 2) * TIERS['10s'].span
  const cells: number[] = []
  const migrated = migrateWith(async (sums) => {
    if (sums === 0) await database.pool.query(`DROP TABLE cell_10s_p${expired}`)
    const { rows } = await database.pool.query<{ count: number }>('SELECT count(*)::int AS count FROM cell_1d')
    cells.push(rows[0]!.count)
    if (sums === 2) throw new Error('cut off')
  })
  await expect(migrated).rejects.toThrow('cut off')
  expect(cells).toEqual([6, 6, 6])
  const { rows } = await database.pool.query('SELECT DISTINCT tableoid::regclass::text AS name FROM rollup_10s')
  expect(rows).toEqual([{ name: `rollup_10s_p${expired + TIERS['10s'].span}` }])
})

it('goes on where it was cut off: fills rollups from the cells that a database holds', async () => {
  expect((await migrate(scratch.url))[0]).toBe(Rollups1764000006000.name)

  const before = await readRollups(database.pool)
  expect(before.stored).toEqual(before.summed)
  // Two rollups of three series, in two buckets of four tiers.
  expect(before.stored).toHaveLength(16)
  expect(before.stored).toContainEqual(
    expect.objectContaining({ tier: '1h', code: 200, count: 30, late: 1, retries: 3 }),
  )

  const range = { fromMs: NOW * 10_000, toMs: (NOW + 1) * 10_000 }
  const answer = await new QueryService(database.pool, () => NOW_MS).breakdown({ range, by: ['code'] })
  expect(answer.rows.map(({ key, counts }) => [key.code, counts.count, counts.estimated])).toEqual([
    [200, 30, false],
    [503, 30, true],
  ])

  await ensurePartitions(database.pool, NOW_MS, DEFAULT_RETENTION)
  await new PostgresJournal(database.pool).append([
    batch([event({ route: '/a' }), event({ route: '/new' }), event({ route: '/new', status: 404 })]),
  ])
  expect(await new Folder(database.pool, { holder: 'after' }).foldOnce()).toMatchObject({ deltas: 1, failed: 0 })
  const after = await readRollups(database.pool)
  expect(after.stored).toEqual(after.summed)
  expect(after.stored).toContainEqual(expect.objectContaining({ tier: '10s', bucket: NOW, code: 404, count: 1 }))
})

it('makes the folds of the release before fail in a way that passes', async () => {
  const add = database.pool.query(
    'INSERT INTO cell_10s (bucket, series_id, count, duration_ms_sum) VALUES (1, 1, 1, 1)',
  )
  // Class 42: the schema is not theirs; they wait and set nothing aside.
  await expect(add).rejects.toMatchObject({ code: '42703' })
})
