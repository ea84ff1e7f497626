import { DEFAULT_RETENTION, listPartitions } from '../partitions.js'
import { openPool } from '../pool.js'
import { batch, event, FoldStage, NOW_MS } from '../testing/fold-stage.js'
import { readRollups } from '../testing/rollups.js'
import { readTiers, type Tiers } from '../testing/tiers.js'
import { packPartition, type Packable } from './pack-partition.js'
import { Packing, type PackingOptions, type PackingReport } from './packing.js'

const HOUR_MS = 3_600_000
/** In a partition of ten-second cells that has long ended. */
const OLD_MS = NOW_MS - 30 * HOUR_MS

const TABLES = ['10s', '1m', '1h', '1d'].flatMap((tier) => [`cell_${tier}`, `rollup_${tier}`])

let stage: FoldStage

beforeAll(async () => {
  stage = await FoldStage.start()
})
afterEach(async () => {
  await stage.empty()
  // Files without rows would be packed by the next test.
  await stage.database.pool.query(`TRUNCATE ${TABLES.join(', ')}`)
})
afterAll(() => stage.stop())

const packing = (options: Partial<PackingOptions> = {}): Packing =>
  new Packing(stage.database.pool, {
    url: stage.url,
    retention: DEFAULT_RETENTION,
    leastBytes: 1,
    quietMs: 0,
    pauseFactor: 0,
    // What other tests have packed is packed again.
    deadShare: -1,
    ...options,
  })

const run = (options: Partial<PackingOptions> = {}): Promise<PackingReport> => packing(options).run(NOW_MS)

/** Events of many services, a partition of ten seconds full of them. */
const store = async (count: number, tsMs = OLD_MS, status = 200): Promise<void> => {
  const events = Array.from({ length: count }, (_, at) =>
    event({ tsMs: tsMs + (at % 60) * 10_000, service: `shop-${at % 40}`, path: `/${at % 7}`, status }),
  )
  await stage.journal.append([batch(events)])
  const folder = stage.folder()
  expect(await folder.foldOnce()).toMatchObject({ deltas: 1, failed: 0, setAside: 0 })
  await folder.release()
}

const countOf = async (table: string): Promise<number> =>
  (await stage.one<{ count: number }>(`SELECT coalesce(sum(count), 0)::int AS count FROM ${table}`)).count

const tables = async (): Promise<string[]> => {
  const { rows } = await stage.database.pool.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1`,
  )
  return rows.map(({ name }) => name)
}

const triggers = async (): Promise<number> =>
  (await stage.one<{ count: number }>(`SELECT count(*)::int AS count FROM pg_trigger WHERE tgname = 'packing'`)).count

/** The partition of ten seconds in which `store` counts. */
const oldPartition = async (): Promise<Packable> => {
  const partitions = await listPartitions(stage.database.pool, 'cell_10s')
  const partition = partitions.find(({ from, to }) => from <= OLD_MS / 10_000 && OLD_MS / 10_000 < to)!
  return { ...partition, table: 'cell_10s', key: 'bucket, series_id' }
}

const resultsOf = ({ partitions }: PackingReport): Set<string> => new Set(partitions.map(({ result }) => result))

const expectRollupsOfCells = async (): Promise<void> => {
  const { stored, summed } = await readRollups(stage.database.pool)
  expect(stored).toEqual(summed)
  expect(stored.length).toBeGreaterThan(0)
}

describe('packing', () => {
  it('keeps every row, takes half the room, and leaves the same partitions in their places', async () => {
    await store(3_000)
    for (let at = 0; at < 3; at++) await store(3_000)
    const before = { tiers: await readTiers(stage.database.pool), tables: await tables() }
    const sizeOf = async () =>
      (
        await stage.one<{ bytes: number }>(
          `SELECT sum(pg_relation_size(inhrelid))::int AS bytes FROM pg_inherits WHERE inhparent = 'cell_10s'::regclass`,
        )
      ).bytes
    const [bytes, partitions] = [await sizeOf(), await listPartitions(stage.database.pool, 'cell_10s')]
    const report = await run()
    expect(resultsOf(report)).toEqual(new Set(['packed']))
    expect(report.partitions.map(({ name }) => name.replace(/_p.*/, ''))).toEqual(
      expect.arrayContaining(['cell_10s', 'rollup_10s']),
    )
    expect(await readTiers(stage.database.pool)).toEqual<Tiers>(before.tiers)
    expect(await tables()).toEqual(before.tables)
    expect(await listPartitions(stage.database.pool, 'cell_10s')).toEqual(partitions)
    expect(await sizeOf()).toBeLessThan(0.62 * bytes)
    expect(await triggers()).toBe(0)
  })

  it('leaves late data to be added to what is packed, each cell once', async () => {
    await store(100)
    await run()
    const rows = await stage.one('SELECT count(*)::int AS rows FROM cell_10s')
    await store(100)
    expect(await stage.one('SELECT count(*)::int AS rows FROM cell_10s')).toEqual(rows)
    expect(await countOf('cell_10s')).toBe(200)
    await expectRollupsOfCells()
  })

  it('leaves what folds may still change, what is small, what has no room and what is packed alone', async () => {
    await store(100, NOW_MS - 60_000 * 11)
    expect((await run()).partitions.filter(({ name }) => name.startsWith('cell_10s'))).toEqual([])
    await store(100)
    expect((await run({ leastBytes: 1e9 })).partitions).toEqual([])
    expect((await run({ diskLimitBytes: 1e6 })).partitions).toEqual([])
    await run()
    expect((await run({ deadShare: 0.2 })).partitions).toEqual([])
  })

  it('waits until a partition has been quiet for a while', async () => {
    await store(100)
    // Every connection of the pool tells what it has changed at once, and not some time.
    const told = 'SELECT pg_stat_force_next_flush(), pg_sleep(0.1)'
    await Promise.all(Array.from({ length: 10 }, () => stage.database.pool.query(told)))
    const waiting = packing({ quietMs: 600_000 })
    expect((await waiting.run(NOW_MS)).partitions).toEqual([])
    expect((await waiting.run(NOW_MS + 599_000)).partitions).toEqual([])
    expect((await waiting.run(NOW_MS + 600_000)).partitions.length).toBeGreaterThan(0)
  })

  it('gives a copy up when late data comes before the exchange', async () => {
    await store(200)
    let late = 0
    const report = await run({ beforeExchange: () => store((late += 10)) })
    expect(resultsOf(report)).toEqual(new Set(['changed']))
    const stored = 200 + report.partitions.reduce((sum, _, at) => sum + 10 * (at + 1), 0)
    expect(await countOf('cell_10s')).toBe(stored)
    expect(await countOf('cell_1m')).toBe(stored)
    await expectRollupsOfCells()
    expect((await tables()).filter((name) => name.endsWith('_copy'))).toEqual([])
    expect(await triggers()).toBe(0)
  })

  it('gives a copy up when a change came as soon as it was watched, and was committed after the copy', async () => {
    await store(200)
    const [late, packer] = [await stage.database.pool.connect(), await stage.database.pool.connect()]
    const write = async (): Promise<void> => void (await late.query('BEGIN; UPDATE cell_10s SET count = count + 1'))
    const commit = async (): Promise<void> => void (await late.query('COMMIT'))
    let isWatched = false
    const watched = new Proxy(packer, {
      get: (target, name) => {
        if (name !== 'query') return Reflect.get(target, name) as unknown
        return async (text: string, values: unknown[]) => {
          if (text.startsWith('DROP TABLE IF EXISTS')) await commit()
          const result: unknown = await target.query(text, values)
          if (text === 'COMMIT' && !isWatched) await write()
          isWatched ||= text === 'COMMIT'
          return result
        }
      },
    })
    try {
      const rows = await countOf('cell_10s')
      const packed = await packPartition(watched, await oldPartition(), { pauseFactor: 0, beforeExchange: commit })
      expect(packed).toBe('changed')
      expect(await countOf('cell_10s')).toBeGreaterThan(rows)
    } finally {
      late.release()
      packer.release()
    }
  })

  it('shows all rows to a question from before the copy, and gives up when it stays open for too long', async () => {
    await store(200)
    const question = await stage.database.pool.connect()
    try {
      await question.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM lease')
      expect(resultsOf(await run({ openForMs: 0 }))).toEqual(new Set(['open']))
      const { rows } = await question.query('SELECT sum(count)::int AS count FROM cell_10s')
      expect(rows).toEqual([{ count: 200 }])
    } finally {
      await question.query('ROLLBACK')
      question.release()
    }
    expect(resultsOf(await run())).toEqual(new Set(['packed']))
  })

  it('shows all rows to a question from between copy and exchange', async () => {
    await store(200)
    const question = await stage.database.pool.connect()
    try {
      const partitions = await listPartitions(stage.database.pool, 'cell_10s')
      let begun = false
      const beforeExchange = async () => {
        if (!begun) await question.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM lease')
        begun = true
      }
      // The first one waits for nobody; the next ones would wait for this question.
      const report = await run({ beforeExchange, openForMs: 0 })
      expect(report.partitions[0]).toMatchObject({ name: expect.stringMatching(/^cell_10s/), result: 'packed' })
      // A fold that took the oldest partition for gone would leave out late data.
      expect(await listPartitions(question, 'cell_10s')).toEqual(partitions)
      const { rows } = await question.query('SELECT sum(count)::int AS count FROM cell_10s')
      expect(rows).toEqual([{ count: 200 }])
    } finally {
      await question.query('ROLLBACK')
      question.release()
    }
  })

  it('lets a question that reads the partition go on, and leaves it for the next run', async () => {
    await store(200)
    const [question, packer] = [await stage.database.pool.connect(), await stage.database.pool.connect()]
    try {
      const beforeExchange = async () => void (await question.query('BEGIN; SELECT count(*) FROM cell_10s'))
      const options = { pauseFactor: 0, beforeExchange, lockTimeoutMs: 100, attempts: 2 }
      expect(await packPartition(packer, await oldPartition(), options)).toBe('in_use')
    } finally {
      await question.query('ROLLBACK')
      question.release()
      packer.release()
    }
    expect(await countOf('cell_10s')).toBe(200)
  })

  it('leaves everything whole when its session is killed, and packs it the next time', async () => {
    await store(200)
    const before = { tiers: await readTiers(stage.database.pool), tables: await tables() }
    const kill = `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = $1::bigint & 4294967295`
    const killed = run({ beforeExchange: async () => void (await stage.database.pool.query(kill, [7_263_947_003])) })
    await expect(killed).rejects.toThrow(/terminat|connection/i)
    expect((await tables()).filter((name) => name.endsWith('_copy'))).toHaveLength(1)
    expect(await readTiers(stage.database.pool)).toEqual<Tiers>(before.tiers)
    expect(resultsOf(await run())).toEqual(new Set(['packed']))
    expect(await readTiers(stage.database.pool)).toEqual<Tiers>(before.tiers)
    expect(await tables()).toEqual(before.tables)
  })

  it('breaks off what it is at when it is to stop', async () => {
    await store(200)
    const stop = new AbortController()
    const beforeExchange = async () => {
      stop.abort()
      // Whatever statement is under way is cancelled.
      await stage.database.pool.query('SELECT pg_sleep(0.1)')
    }
    const report = await run({ beforeExchange, signal: stop.signal })
    expect(report.partitions).toMatchObject([{ result: expect.stringMatching(/stopped|packed/) }])
    const beforeMs = performance.now()
    expect(await packing({ signal: stop.signal }).run(NOW_MS)).toEqual({ held: true, partitions: [] })
    expect(performance.now() - beforeMs).toBeLessThan(10_000)
    expect(await countOf('cell_10s')).toBe(200)
  })

  it('gives way to another replica that packs', async () => {
    await store(200)
    const others: PackingReport[] = []
    const report = await run({ beforeExchange: async () => void others.push(await run()) })
    expect(resultsOf(report)).toEqual(new Set(['packed']))
    expect(others.length).toBe(report.partitions.length)
    for (const other of others) expect(other).toEqual({ held: false, partitions: [] })
  })

  it('stays exact while late data is folded and questions are asked', async () => {
    await store(500)
    const questions = openPool({ url: stage.url, maxConnections: 2 })
    const state = { stored: 500, busy: true }
    const [asked, packed] = [{ count: 0 }, { count: 0 }]
    const ask = async (): Promise<void> => {
      while (state.busy) {
        const client = await questions.connect()
        await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
        const least = state.stored
        const { rows } = await client.query<{ cells: number; minutes: number; rollups: number }>(
          `SELECT (SELECT sum(count)::int FROM cell_10s) AS cells, (SELECT sum(count)::int FROM cell_1m) AS minutes,
                  (SELECT sum(count)::int FROM rollup_10s) AS rollups`,
        )
        await client.query('COMMIT')
        client.release()
        const { cells, minutes, rollups } = rows[0]!
        expect({ minutes, rollups }).toEqual({ minutes: cells, rollups: cells })
        expect(cells).toBeGreaterThanOrEqual(least - 10)
        asked.count++
      }
    }
    const pack = async (): Promise<void> => {
      while (state.busy) for (const { result } of (await run()).partitions) if (result === 'packed') packed.count++
    }
    const fold = async (): Promise<void> => {
      for (let at = 0; at < 10 || packed.count < 1; at++) {
        await store(10)
        state.stored += 10
      }
      state.busy = false
    }
    await Promise.all([ask(), ask(), pack(), fold()])
    await questions.end()
    expect(await countOf('cell_10s')).toBe(state.stored)
    await expectRollupsOfCells()
    expect(asked.count).toBeGreaterThan(5)
  }, 60_000)
})
