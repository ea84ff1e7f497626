import { testDatabase, type TestDatabase } from '#testing'
import { openDatabase, type Database } from './database.js'
import { DEFAULT_RETENTION, ensurePartitions } from './partitions.js'
import { PostgresJournal } from './postgres-journal.js'
import { Quarantine } from './quarantine.js'
import { batch, namesEncoding } from './testing/batches.js'

let scratch: TestDatabase
let database: Database

beforeAll(async () => {
  scratch = await testDatabase()
  database = await openDatabase({ url: scratch.url })
  await ensurePartitions(database.pool, Date.now(), DEFAULT_RETENTION)
})

afterAll(async () => {
  await database.close()
  await scratch.drop()
})

function rejected(name: string, count: number, kept: number) {
  const record = Buffer.from('no event')
  const rejects = Array.from({ length: kept }, (_, index) => ({
    index,
    reason: 'bad_json' as const,
    record,
    whole: true,
  }))
  const sealed = batch(name, { rejects })
  return { ...sealed, ledger: { ...sealed.ledger, rejected: count } }
}

describe('what an append keeps', () => {
  it('is more than one statement takes, and what is not kept is told once', async () => {
    const told: number[] = []
    const journal = new PostgresJournal(database.pool, {
      encoding: namesEncoding,
      quarantine: { perSource: 12_000, all: 100_000, keepRecords: true },
      dropped: (records) => told.push(records),
    })
    await journal.append([rejected('a', 11_000, 11_000)])
    expect(told).toEqual([])
    const second = rejected('b', 5_000, 3_000)
    await journal.append([second])
    await journal.append([second])
    expect(told).toEqual([4_000])
    const { rows } = await database.pool.query('SELECT count(*)::int AS kept FROM quarantine')
    expect(rows).toEqual([{ kept: 12_000 }])
    expect((await new Quarantine(database.pool).list({}, 1)).records).toMatchObject([{ text: 'no event' }])
  })
})
