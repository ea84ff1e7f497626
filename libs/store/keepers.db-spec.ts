import { hashApiKey } from '#platform'
import { DrivenClock, testDatabase, type TestDatabase } from '#testing'
import { ApiKeys } from './api-keys.js'
import { openDatabase, type Database } from './database.js'
import { checkDurability } from './durability.js'
import { migrate } from './migrate.js'
import { DEFAULT_RETENTION, ensurePartitions } from './partitions.js'
import { PostgresJournal } from './postgres-journal.js'
import { Quarantine } from './quarantine.js'
import { SourceDirectory } from './source-directory.js'
import { batch, namesEncoding } from './testing/batches.js'
import { emptyTables } from './testing/empty-tables.js'
import { Upkeep } from './upkeep.js'

let scratch: TestDatabase
let database: Database

beforeAll(async () => {
  scratch = await testDatabase()
  database = await openDatabase({ url: scratch.url })
  await ensurePartitions(database.pool, Date.now(), DEFAULT_RETENTION)
})

afterEach(() => emptyTables(database.pool))

afterAll(async () => {
  await database.close()
  await scratch.drop()
})

describe('ApiKeys', () => {
  it('makes, lists and revokes keys, and stores no secret', async () => {
    const keys = new ApiKeys(database.dataSource)
    const { key, apiKey } = await keys.create({ name: 'edge', scopes: ['ingest'], source: 'edge' })
    expect(apiKey).toMatchObject({ name: 'edge', scopes: ['ingest'], source: 'edge', revokedAt: null })
    const { rows } = await database.pool.query<{ hash: Buffer }>('SELECT * FROM api_key')
    expect(rows.map(({ hash }) => hash)).toEqual([hashApiKey(key)])
    expect(JSON.stringify(rows)).not.toContain(key)
    expect(await keys.revoke(apiKey.id)).toBe(true)
    expect(await keys.revoke(apiKey.id)).toBe(false)
    expect(await keys.revoke(apiKey.id + 1)).toBe(false)
    expect(await keys.list()).toMatchObject([{ id: apiKey.id, revokedAt: expect.any(Date) }])
  })
})

const reject = (text: string, whole = true) =>
  ({ index: 0, reason: 'bad_status', record: Buffer.from(text), whole }) as const

describe('Quarantine', () => {
  it('shows masked pages, newest first, and gives whole records for a replay once', async () => {
    const journal = new PostgresJournal(database.pool, { encoding: namesEncoding })
    const quarantine = new Quarantine(database.pool)
    await journal.append([
      batch('a', { format: 'combined', rejects: [reject('1.2.3.4 one'), reject('two'), reject('head', false)] }),
      batch('b', { source: 'other', rejects: [reject('three')] }),
    ])
    const page = await quarantine.list({}, 2)
    expect(page.records.map(({ text }) => text)).toEqual(['three', 'head'])
    const rest = await quarantine.list({}, 2, page.next)
    expect(rest.records.map(({ text, format }) => [text, format])).toEqual([
      ['two', 'combined'],
      ['*** one', 'combined'],
    ])
    expect(rest.next).toBeNull()
    expect((await quarantine.list({ source: 'other', reason: 'bad_status' })).records).toHaveLength(1)
    expect((await quarantine.list({ reason: 'too_old' })).records).toHaveLength(0)

    const replayable = await quarantine.replayable({ source: 'edge' })
    expect(replayable.map(({ record }) => record.toString())).toEqual(['1.2.3.4 one', 'two'])
    await journal.append([batch('again', { key: null, quarantineIds: [replayable[0]!.id] })])
    expect((await quarantine.replayable({})).map(({ record }) => record.toString())).toEqual(['two', 'three'])
  })
})

describe('SourceDirectory', () => {
  it('takes new names up to the budget, and calls the others {other}', async () => {
    await database.pool.query(`INSERT INTO source (name) VALUES ('old'), ('{other}')`)
    const clock = new DrivenClock()
    const directory = new SourceDirectory(database.pool, clock, { sources: 2 })
    const names = []
    for (const name of ['old', 'new', 'newer', '{other}', 'new']) names.push(await directory.resolve(name))
    expect(names).toEqual(['old', 'new', '{other}', '{other}', 'new'])
    // A name that the fold never took over makes room again.
    clock.advance(120_000)
    expect(await directory.resolve('newer')).toBe('newer')
    expect(await directory.resolve('new')).toBe('{other}')
  })
})

describe('Upkeep', () => {
  it('makes partitions, drops expired ones, and gives way to another replica', async () => {
    const options = { holder: 'a', retention: DEFAULT_RETENTION, diskLimitBytes: null }
    const laterMs = Date.now() + 40 * 86_400_000
    const report = await new Upkeep(database.pool, options).run(laterMs)
    expect(report.held).toBe(true)
    expect(report.created.length).toBeGreaterThan(10)
    expect(report.dropped.length).toBeGreaterThan(10)
    await database.pool.query(`UPDATE lease SET holder = 'b', expires_at = 'infinity'`)
    expect(await new Upkeep(database.pool, options).run(laterMs)).toMatchObject({
      held: false,
      created: [],
      dropped: [],
    })
  })

  it('drops the oldest ten-second partitions, but for two, when the disk limit is reached', async () => {
    const options = { holder: 'a', retention: DEFAULT_RETENTION, diskLimitBytes: 1 }
    const { droppedForDisk } = await new Upkeep(database.pool, options).run(Date.now())
    expect(droppedForDisk.length).toBeGreaterThan(2)
    expect(droppedForDisk.every((name) => name.startsWith('cell_10s'))).toBe(true)
  })

  it('makes each partition once when replicas start together', async () => {
    const laterMs = Date.now() + 80 * 86_400_000
    const answers = await Promise.all([1, 2, 3].map(() => ensurePartitions(database.pool, laterMs, DEFAULT_RETENTION)))
    const all = answers.flat()
    expect(new Set(all).size).toBe(all.length)
  })
})

describe('migrate', () => {
  it('is safe to call at once by several processes, and does nothing the second time', async () => {
    const empty = await testDatabase({ migrated: false })
    const runs = await Promise.all([migrate(empty.url), migrate(empty.url)])
    expect(runs.filter((names) => names.length > 0)).toHaveLength(1)
    expect(await migrate(empty.url)).toEqual([])
    await empty.drop()
  })

  it('refuses a schema that is newer than the release, in one line', async () => {
    const newer = await testDatabase()
    await newer.pool.query(`INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Later9999999999999')`)
    await expect(migrate(newer.url)).rejects.toThrow(
      /^the schema is newer than this release \(it has Later9999999999999\)[^\n]*$/,
    )
    await newer.drop()
  })
})

describe('checkDurability', () => {
  it('tells the settings, and refuses when a commit would not be durable', async () => {
    expect(await checkDurability(database.pool)).toMatchObject({
      settings: { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' },
    })
    await database.pool.query(`ALTER DATABASE ${new URL(scratch.url).pathname.slice(1)} SET synchronous_commit = off`)
    const careless = await openDatabase({ url: scratch.url })
    await expect(checkDurability(careless.pool)).rejects.toThrow('synchronous_commit is off')
    await careless.close()
  })
})
