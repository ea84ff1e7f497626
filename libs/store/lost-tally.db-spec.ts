import type { SealedBatch } from '#delta'
import { testDatabase, type TestDatabase } from '#testing'
import { openDatabase, type Database } from './database.js'
import { GroupedJournal } from './grouped-journal.js'
import { DEFAULT_RETENTION, ensurePartitions } from './partitions.js'
import type { DeltaEncoding } from './append/delta-encoding.js'
import { PostgresJournal } from './postgres-journal.js'
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

/** Encodes where the batches were summed, and that place has lost those called so. */
const forgetful: DeltaEncoding = {
  version: 1,
  encodeWhole: async (fresh) => namesIn(fresh),
  encode: (fresh, duplicates) => [
    namesIn(fresh).then(() => Buffer.concat([...namesEncoding.encode(fresh, duplicates)] as Buffer[])),
  ],
}

async function namesIn(fresh: readonly SealedBatch[]): Promise<Uint8Array> {
  if (fresh.some(({ tally }) => String(tally).startsWith('lost'))) throw new Error('a thread is gone')
  return namesEncoding.encodeWhole(fresh) ?? Buffer.alloc(0)
}

/** Batches of whom nothing is counted: the same ones are fresh once more. */
async function outcomes(journal: GroupedJournal, names: readonly string[]): Promise<string[]> {
  const settled = await Promise.allSettled(names.map((name) => journal.append([batch(name)])))
  return settled.map((one) =>
    one.status === 'fulfilled' ? (one.value[0]?.result ?? '') : (one.reason as Error).message,
  )
}

it('fails the batches that another thread has lost, and appends the others of their commit', async () => {
  const journal = new GroupedJournal(new PostgresJournal(database.pool, { encoding: forgetful }))
  // The first commit holds one batch alone; what comes meanwhile shares the next.
  expect(await outcomes(journal, ['first', 'a', 'lost-1', 'b', 'c', 'lost-2', 'd'])).toEqual([
    'accepted',
    'accepted',
    'a thread is gone',
    'accepted',
    'accepted',
    'a thread is gone',
    'accepted',
  ])
  const whole = new GroupedJournal(new PostgresJournal(database.pool, { encoding: namesEncoding }))
  expect(await outcomes(whole, ['a', 'lost-1', 'lost-2', 'd'])).toEqual([
    'duplicate',
    'accepted',
    'accepted',
    'duplicate',
  ])
})
