import { testDatabase, type TestDatabase } from '#testing'
import { openDatabase, type Database } from './database.js'
import { Folder } from './fold/folder.js'
import { migrate } from './migrate.js'
import { DEFAULT_RETENTION, ensurePartitions, listPartitions } from './partitions.js'
import { PostgresJournal } from './postgres-journal.js'
import { Quarantine } from './quarantine.js'
import { QueryService } from './query/index.js'
import { dropExpired } from './retention.js'
import { batch, event, NOW_MS } from './testing/fold-stage.js'

/** What an operator may have told a database that others use, too. */
const SETTINGS: Readonly<Record<string, string>> = {
  standard_conforming_strings: 'off',
  backslash_quote: 'on',
  datestyle: "'SQL, DMY'",
  intervalstyle: 'sql_standard',
  bytea_output: 'escape',
  extra_float_digits: '-15',
  default_transaction_isolation: 'serializable',
  timezone: "'Asia/Kathmandu'",
}

let scratch: TestDatabase
let database: Database

beforeAll(async () => {
  scratch = await testDatabase({ migrated: false })
  const { rows } = await scratch.pool.query<{ name: string }>('SELECT current_database() AS name')
  for (const [setting, value] of Object.entries(SETTINGS))
    await scratch.pool.query(`ALTER DATABASE ${rows[0]?.name ?? ''} SET ${setting} = ${value}`)
  await migrate(scratch.url)
  database = await openDatabase({ url: scratch.url })
})

afterAll(async () => {
  await database.close()
  await scratch.drop()
})

describe('a database with odd settings', () => {
  it('keeps its partitions', async () => {
    const created = await ensurePartitions(database.pool, NOW_MS, DEFAULT_RETENTION)
    expect(created.length).toBeGreaterThan(50)
    expect(await dropExpired(database.pool, NOW_MS, DEFAULT_RETENTION)).toEqual({ dropped: [], left: [] })
    expect(await ensurePartitions(database.pool, NOW_MS, DEFAULT_RETENTION)).toEqual([])
  })

  it('leaves a partition alone whose range says nothing', async () => {
    await database.pool.query('CREATE TABLE cell_1d_rest PARTITION OF cell_1d DEFAULT')
    expect((await listPartitions(database.pool, 'cell_1d')).map(({ name }) => name)).not.toContain('cell_1d_rest')
    const { dropped } = await dropExpired(database.pool, NOW_MS, DEFAULT_RETENTION)
    expect(dropped).not.toContain('cell_1d_rest')
    await database.pool.query('DROP TABLE cell_1d_rest')
  })

  it('counts and tells the same as any other', async () => {
    const service = String.raw`back\slash 'quoted'`
    const journal = new PostgresJournal(database.pool)
    const reject = { index: 1, reason: 'bad_status', record: Buffer.from('\\x00 \u0001'), whole: true } as const
    await journal.append([{ ...batch([event({ service, durationMs: 12.5 }), event({ service })]), rejects: [reject] }])
    await new Folder(database.pool, { holder: 'a' }).foldOnce()
    const query = new QueryService(database.pool, () => NOW_MS)
    const { rows } = await query.breakdown({ by: ['service'], range: { last: '1h' } })
    expect(rows.map(({ key, counts }) => [key.service, counts.count])).toEqual([[service, 2]])
    const { records } = await new Quarantine(database.pool).list({})
    expect(records).toMatchObject([{ reason: 'bad_status', at: expect.any(Date) }])
    expect(Math.abs((records[0]?.at.getTime() ?? 0) - Date.now())).toBeLessThan(600_000)
  })
})
