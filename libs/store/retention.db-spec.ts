import { DEFAULT_RETENTION, ensurePartitions, listPartitions } from './partitions.js'
import { dropExpired, dropOldest10s } from './retention.js'
import { readRollups } from './testing/rollups.js'
import { batch, event, FoldStage, NOW_MS } from './testing/fold-stage.js'

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
    const { stored, summed } = await readRollups(database.pool)
    expect(stored).toEqual(summed)
    expect(stored.length).toBeGreaterThan(0)
    expect(await one('SELECT sum(count) AS count FROM total')).toEqual({ count: 3 })
  })

  it('drops ten-second cells and their rollups together where the disk is full', async () => {
    const oldest = async (table: string) => (await listPartitions(database.pool, table))[0]?.from
    const name = await dropOldest10s(database.pool)
    expect(name).toMatch(/^cell_10s_p/)
    expect(await oldest('rollup_10s')).toBe(await oldest('cell_10s'))
    await journal.append([batch([event({ tsMs: NOW_MS - 36 * 3_600_000 }), event({ tsMs: NOW_MS - 44 * 3_600_000 })])])
    expect(await folder().foldOnce()).toMatchObject({ deltas: 1, failed: 0 })
    const { stored, summed } = await readRollups(database.pool)
    expect(stored).toEqual(summed)
  })
})
