import { setTimeout as sleep } from 'node:timers/promises'
import { testDatabase, type TestDatabase } from '#testing'
import { openDatabase, type Database } from './database.js'
import { JournalUnavailable } from './journal.js'
import { DEFAULT_RETENTION, ensurePartitions } from './partitions.js'
import { PostgresJournal } from './postgres-journal.js'
import { batch, namesEncoding } from './testing/batches.js'

// A session of the database that is stopped: it neither answers nor ends, and keeps no time of its own.

let scratch: TestDatabase
let database: Database

beforeAll(async () => {
  scratch = await testDatabase()
  await ensurePartitions(scratch.pool, Date.now(), DEFAULT_RETENTION)
  database = await openDatabase({ url: scratch.url, maxConnections: 4, silenceTimeoutMs: 300 })
})
afterAll(async () => {
  await database.close()
  await scratch.drop()
})

/** Stops the session that has this process id, and lets it go on when `work` has ended. */
async function whileStopped(pid: number | undefined, work: () => Promise<void>): Promise<void> {
  if (pid === undefined) throw new Error('no session to stop')
  process.kill(pid, 'SIGSTOP')
  try {
    await work()
  } finally {
    process.kill(pid, 'SIGCONT')
  }
}

interface Session {
  readonly pid: number
}
const WHO_AM_I = 'SELECT pg_backend_pid() AS pid'
const inVain = sleep(20_000, 'no answer', { ref: false })

it('fails an append that it holds up, and the next one takes another session', async () => {
  const journal = new PostgresJournal(database.pool, { encoding: namesEncoding })
  const { rows } = await database.pool.query<Session>(WHO_AM_I)
  await whileStopped(rows[0]?.pid, async () => {
    const held = journal.append([batch('held')])
    await expect(Promise.race([held, inVain])).rejects.toThrow(JournalUnavailable)
    expect(await journal.append([batch('next')])).toEqual([{ result: 'accepted' }])
  })
  expect(await journal.append([batch('held')])).toEqual([{ result: 'accepted' }])
})

it('fails plain rows that it holds up as well', async () => {
  const [session] = await database.dataSource.query<Session[]>(WHO_AM_I)
  await whileStopped(session?.pid, async () => {
    await expect(Promise.race([database.dataSource.query('SELECT 1'), inVain])).rejects.toThrow('timeout')
  })
})
