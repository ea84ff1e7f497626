import { DEFAULT_RETENTION, ensurePartitions } from './partitions.js'
import { dropExpired } from './retention.js'
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
    expect(await one('SELECT sum(count) AS count FROM total')).toEqual({ count: 3 })
  })
})
