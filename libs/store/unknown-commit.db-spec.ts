import { pollUntil, testDatabase, type TestDatabase } from '#testing'
import { batchOf } from '../delta/testing/specimen.js'
import { CutProxy, type Cut } from '../../test/faults/cut-proxy.js'
import { keyWindow } from './append/key-window.js'
import { settleCommit } from './append/settle-commit.js'
import { openDatabase, type Database } from './database.js'
import { Folder } from './fold/folder.js'
import { JournalUnavailable } from './journal.js'
import { DEFAULT_RETENTION, ensurePartitions } from './partitions.js'
import { PostgresJournal } from './postgres-journal.js'
import { batch, key, namesEncoding, randomName } from './testing/batches.js'
import { emptyTables } from './testing/empty-tables.js'

let scratch: TestDatabase
let direct: Database
let proxy: CutProxy
let cut: Database

beforeAll(async () => {
  scratch = await testDatabase()
  direct = await openDatabase({ url: scratch.url })
  await ensurePartitions(direct.pool, Date.now(), DEFAULT_RETENTION)
  const through = await CutProxy.before(scratch.url)
  proxy = through.proxy
  cut = await openDatabase({ url: through.url })
})

afterEach(() => emptyTables(direct.pool))

afterAll(async () => {
  await cut.close()
  await proxy.close()
  await direct.close()
  await scratch.drop()
})

const journal = () => new PostgresJournal(cut.pool, { encoding: namesEncoding })

async function counted(): Promise<number> {
  const { rows } = await direct.pool.query<{ count: number }>('SELECT count(*) AS count FROM journal')
  return rows[0]?.count ?? -1
}

/** Appends while the connection breaks at `text`; what the sender was told. */
async function appendThroughCut(
  name: string,
  text: string,
  how: Cut,
  keyed = true,
  through = journal(),
): Promise<string> {
  const broken = proxy.cutAt(text, how)
  const answer = through.append([keyed ? batch(name) : batch(name, { key: null })]).then(
    (results) => results[0]?.result ?? 'nothing',
    (error: unknown) => (error instanceof JournalUnavailable ? 'unavailable' : 'another error'),
  )
  await broken
  return answer
}

async function committed(work: string): Promise<string> {
  const { rows } = await direct.pool.query<{ xid: string }>(`${work} RETURNING pg_current_xact_id()::text AS xid`)
  return rows[0]?.xid ?? ''
}

describe('settleCommit', () => {
  const window = keyWindow(Date.now())
  const ids = [Buffer.alloc(16, 7)]

  const writeKey = `INSERT INTO batch_key (period, id) VALUES (${window.long.to - 1}, '\\x${ids[0]!.toString('hex')}')`

  it('believes a status only when a key of ours was written under the id: a crash gives ids out again', async () => {
    const stranger = await committed(`INSERT INTO source (name) VALUES ('stranger')`)
    expect(await settleCommit(direct.pool, { xid: stranger, window, keys: ids }, 1_000)).toBe('unknown')
    const twin = await committed(writeKey)
    expect(await settleCommit(direct.pool, { xid: stranger, window, keys: ids }, 1_000)).toBe('unknown')
    expect(await settleCommit(direct.pool, { xid: twin, window, keys: ids }, 1_000)).toBe('committed')
  })

  it('takes an id that the server never gave out for aborted', async () => {
    expect(await settleCommit(direct.pool, { xid: '4000000000', window, keys: ids }, 1_000)).toBe('aborted')
  })

  it('gives up at the deadline when the database does not answer', async () => {
    const gone = await openDatabase({ url: scratch.url })
    await gone.close()
    expect(await settleCommit(gone.pool, { xid: '1', window, keys: ids }, 100)).toBe('unknown')
  })
})

describe('a connection that breaks', () => {
  const cases: [text: string, how: Cut, answer: string, counted: number, retry: string][] = [
    ['COMMIT', 'after', 'accepted', 1, 'duplicate'],
    ['COMMIT', 'before', 'unavailable', 0, 'accepted'],
    ['COMMIT', 'half_open', 'unavailable', 0, 'accepted'],
    ['claim_long', 'after', 'unavailable', 0, 'accepted'],
    ['claim_long', 'half_open', 'unavailable', 0, 'accepted'],
    ['BEGIN', 'before', 'unavailable', 0, 'accepted'],
  ]
  it.each(cases)(
    'at %s, %s: answers %s with %i counted, and the retry is %s',
    async (text, how, answer, count, retry) => {
      const name = randomName()
      expect(await appendThroughCut(name, text, how)).toBe(answer)
      expect(await counted()).toBe(count)
      expect(await journal().append([batch(name)])).toEqual([{ result: retry }])
      expect(await counted()).toBe(retry === 'accepted' ? 1 : 2)
    },
  )

  it.each<[text: string, how: Cut, answer: string, counted: number, retry: string]>([
    ['COMMIT', 'after', 'accepted', 1, 'duplicate'],
    ['COMMIT', 'before', 'unavailable', 0, 'accepted'],
    ['COMMIT', 'half_open', 'unavailable', 0, 'accepted'],
    ['insert_journal', 'after', 'unavailable', 0, 'accepted'],
    ['insert_journal', 'half_open', 'unavailable', 0, 'accepted'],
    ['insert_journal', 'before', 'unavailable', 0, 'accepted'],
  ])('under a journal that needs one round trip, at %s, %s: answers %s', async (text, how, answer, count, retry) => {
    const one = journal()
    await one.append([batch(randomName())])
    const name = randomName()
    expect(await appendThroughCut(name, text, how, true, one)).toBe(answer)
    expect(await counted()).toBe(1 + count)
    expect(await one.append([batch(name)])).toEqual([{ result: retry }])
  })

  it('leaves a batch without identity unavailable: it is never told to be durable on a guess', async () => {
    expect(await appendThroughCut(randomName(), 'COMMIT', 'after', false)).toBe('unavailable')
    expect(await counted()).toBe(1)
  })

  it.each(['always a new one', 'the same'])('counts once whatever the retries, forty times, by %s', async (which) => {
    const hows: Cut[] = ['before', 'after', 'half_open']
    const one = which === 'the same' ? journal() : undefined
    for (let round = 0; round < 40; round++) {
      const name = randomName()
      const first = await appendThroughCut(
        name,
        round % 4 === 3 ? 'insert_journal' : 'COMMIT',
        hows[round % 3] ?? 'after',
        true,
        one,
      )
      const [second] = await (one ?? journal()).append([batch(name, { key: key(name) })])
      expect([first, second?.result]).toEqual(
        first === 'accepted' ? ['accepted', 'duplicate'] : ['unavailable', 'accepted'],
      )
    }
    const { rows } = await direct.pool.query<{ body: Buffer }>('SELECT body FROM journal')
    const fresh = rows.flatMap((row) => (JSON.parse(row.body.toString()) as { fresh: string[] }).fresh)
    expect(fresh).toHaveLength(40)
    expect(new Set(fresh).size).toBe(40)
  })
})

describe('a fold whose connection breaks at COMMIT', () => {
  it.each<Cut>(['before', 'after', 'half_open'])('counts every delta once: %s', async (how) => {
    const sealed = batchOf([{ tsMs: Date.now(), status: 200 }], { arrivedAtMs: Date.now() })
    const folder = new Folder(cut.pool, { holder: randomName() })
    for (let round = 1; round <= 3; round++) {
      await new PostgresJournal(direct.pool).append([{ ...sealed, key: key(randomName()) }])
      const broken = proxy.cutAt('COMMIT', how)
      const answer = folder.foldOnce().catch(() => null)
      await broken
      expect(await answer).toBeNull()
      await pollUntil(async () => (await folder.foldOnce()).held && (await counted()) === 0, {
        deadlineMs: 30_000,
        what: 'the journal to be folded after the cut',
      })
      const { rows } = await direct.pool.query<{ count: number }>('SELECT sum(count) AS count FROM cell_1d')
      expect(rows).toEqual([{ count: round }])
    }
  })
})
