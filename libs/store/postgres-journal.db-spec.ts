import { jest } from '@jest/globals'
import { Client } from 'pg'
import { pollUntil, testDatabase, type TestDatabase } from '#testing'
import type { SealedBatch } from '#delta'
import { openDatabase, type Database } from './database.js'
import { DEFAULT_RETENTION, ensurePartitions } from './partitions.js'
import { PostgresJournal, type PostgresJournalOptions } from './postgres-journal.js'
import { emptyTables } from './testing/empty-tables.js'
import { batch, key, namesEncoding, randomName, sha } from './testing/batches.js'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

let scratch: TestDatabase
let first: Database
let second: Database

beforeAll(async () => {
  scratch = await testDatabase()
  first = await openDatabase({ url: scratch.url })
  second = await openDatabase({ url: scratch.url })
  await ensurePartitions(first.pool, Date.now(), DEFAULT_RETENTION)
})

afterEach(() => emptyTables(first.pool))

afterAll(async () => {
  await first.close()
  await second.close()
  await scratch.drop()
})

const journal = (options?: PostgresJournalOptions, database = first) =>
  new PostgresJournal(database.pool, { encoding: namesEncoding, ...options })

const at = (nowMs: number, database: Database) => journal({ nowMs: () => nowMs }, database)

/** A journal that has appended once. */
async function learned(database = first): Promise<PostgresJournal> {
  const one = journal({}, database)
  await one.append([batch(randomName())])
  return one
}

/** What `one` sends for a group: the texts of statements, or of the last statement of a message that holds several. */
async function statementsOf(one: PostgresJournal, group: SealedBatch[]): Promise<string[]> {
  const query = jest.spyOn(Client.prototype, 'query')
  try {
    await one.append(group)
    return query.mock.calls.map(([sent]) => {
      const { text, claim } = sent as unknown as { text?: string; claim?: { text: string } }
      return text ?? claim?.text ?? String(sent)
    })
  } finally {
    query.mockRestore()
  }
}

async function counted(): Promise<string[]> {
  const { rows } = await first.pool.query<{ body: Buffer }>('SELECT body FROM journal ORDER BY id')
  return rows.flatMap((row) => (JSON.parse(row.body.toString()) as { fresh: string[] }).fresh)
}

const words = async (answer: ReturnType<PostgresJournal['append']>) => (await answer).map((result) => result.result)

describe('a batch counts once', () => {
  const cases: [sentence: string, groups: SealedBatch[][], answers: string[][], counts: string[]][] = [
    ['sent twice', [[batch('a')], [batch('a')]], [['accepted'], ['duplicate']], ['a']],
    [
      'twins in one group: the first wins',
      [[batch('a'), batch('b'), batch('again', { key: key('a') })]],
      [['accepted', 'accepted', 'duplicate']],
      ['a', 'b'],
    ],
    [
      'a group with one old batch counts the others',
      [[batch('a')], [batch('b'), batch('a'), batch('c')]],
      [['accepted'], ['accepted', 'duplicate', 'accepted']],
      ['a', 'b', 'c'],
    ],
    [
      'a short-lived key is the same key when the batch comes back as a long-lived one',
      [[batch('a', { key: key('a', 'a', 'content', true) })], [batch('a')]],
      [['accepted'], ['duplicate']],
      ['a'],
    ],
    [
      'a group of short-lived and long-lived keys',
      [
        [batch('a'), batch('b', { key: key('b', 'b', 'content', true) })],
        [batch('b'), batch('c'), batch('a')],
      ],
      [
        ['accepted', 'accepted'],
        ['duplicate', 'accepted', 'duplicate'],
      ],
      ['a', 'b', 'c'],
    ],
    [
      'one old batch among new ones, again and again',
      [[batch('a')], [batch('b'), batch('a')], [batch('c')], [batch('a'), batch('d')], [batch('e'), batch('a')]],
      [['accepted'], ['accepted', 'duplicate'], ['accepted'], ['duplicate', 'accepted'], ['accepted', 'duplicate']],
      ['a', 'b', 'c', 'd', 'e'],
    ],
    [
      'without a key there is nothing to recognise',
      [[batch('a', { key: null })], [batch('a', { key: null })]],
      [['accepted'], ['accepted']],
      ['a', 'a'],
    ],
    [
      "the sender's key with another body is a conflict, later and in one group",
      [
        [
          batch('a', { key: key('k', 'one', 'idempotency_key') }),
          batch('b', { key: key('k', 'two', 'idempotency_key') }),
        ],
        [
          batch('c', { key: key('k', 'two', 'idempotency_key') }),
          batch('d', { key: key('k', 'one', 'idempotency_key') }),
        ],
      ],
      [
        ['accepted', 'key_conflict'],
        ['key_conflict', 'duplicate'],
      ],
      ['a'],
    ],
  ]
  it.each(cases)('%s', async (_sentence, groups, answers, counts) => {
    const given: string[][] = []
    for (const group of groups) given.push(await words(journal().append(group)))
    expect(given).toEqual(answers)
    expect(await counted()).toEqual(counts)
  })

  it.each(cases)(
    '%s, by one journal that has learned the time of its database',
    async (_sentence, groups, answers, counts) => {
      const one = await learned()
      const given: string[][] = []
      for (const group of groups) given.push(await words(one.append(group)))
      expect(given).toEqual(answers)
      expect((await counted()).slice(1)).toEqual(counts)
    },
  )

  it('with one round trip before COMMIT, once the time is known', async () => {
    const sent = await statementsOf(await learned(), [batch('a'), batch('b')])
    expect(sent).toEqual([expect.stringContaining('INSERT INTO batch_key '), 'COMMIT'])
  })

  it('at two replicas at the same instant, by journals that have learned the time, fifty times', async () => {
    const [one, two] = [await learned(), await learned(second)]
    for (let round = 0; round < 50; round++) {
      const twins = [randomName(), randomName(), randomName()].map((name) => batch(name))
      const answers = await Promise.all([words(one.append(twins)), words(two.append(twins.toReversed()))])
      expect(answers.flat().filter((word) => word === 'accepted')).toHaveLength(3)
    }
    const all = await counted()
    expect(new Set(all).size).toBe(all.length)
    expect(all).toHaveLength(152)
  })

  it('at two replicas at the same instant, fifty times, also in opposite order', async () => {
    const names = Array.from({ length: 50 }, randomName)
    for (const name of names) {
      const twins = [
        batch(`${name}-1`),
        batch(`${name}-2`),
        batch(`${name}-3`, { key: key(name, name, 'content', true) }),
      ]
      const answers = await Promise.all([
        words(journal().append(twins)),
        words(journal({}, second).append(twins.toReversed())),
      ])
      expect(answers.flat().filter((word) => word === 'accepted')).toHaveLength(3)
    }
    const all = await counted()
    expect(all).toHaveLength(150)
    expect(new Set(all).size).toBe(150)
  })
})

describe('the boundary between two partitions', () => {
  const midnight = Math.floor(Date.now() / DAY_MS) * DAY_MS
  const hour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS
  it.each([
    ['long-lived keys around midnight', midnight, false],
    ['short-lived keys around the hour', hour, true],
  ])('counts simultaneous twins on both sides once: %s', async (_sentence, boundaryMs, shortLived) => {
    for (let round = 0; round < 20; round++) {
      const name = randomName()
      const twin = batch(name, { key: key(name, name, 'content', shortLived) })
      const answers = await Promise.all([
        words(at(boundaryMs - 1, first).append([twin])),
        words(at(boundaryMs, second).append([twin])),
      ])
      expect(answers.flat().toSorted()).toEqual(['accepted', 'duplicate'])
    }
  })

  it('goes by the time that the database tells, where a boundary has passed since', async () => {
    const name = randomName()
    const twin = batch(name, { key: key(name, name, 'content', true) })
    const times = [hour - 1, hour, hour]
    const late = journal({ nowMs: () => times.shift() ?? hour })
    expect(await words(late.append([twin]))).toEqual(['accepted'])
    const { rows } = await first.pool.query<{ period: number }>('SELECT period FROM batch_key_short ORDER BY period')
    expect(rows.map(({ period }) => period)).toEqual([hour / HOUR_MS - 1, hour / HOUR_MS])
    expect(await counted()).toEqual([name])
  })

  it('waits for a twin of the day before that is not committed yet', async () => {
    const open = await first.pool.connect()
    await open.query('BEGIN')
    const day = midnight / DAY_MS
    const id = Buffer.from(sha('id held').subarray(0, 16))
    await open.query('INSERT INTO batch_key (period, id) VALUES ($1, $2)', [day - 1, id])
    const answer = words(at(midnight + 60_000, second).append([batch('held')]))
    await pollUntil(waitsForLock, { deadlineMs: 10_000, what: 'the second append to wait for the first' })
    await open.query('COMMIT')
    open.release()
    expect(await answer).toEqual(['duplicate'])
  })

  it.each([
    ['long-lived: known for 72 hours', 72 * HOUR_MS, false, 'duplicate'],
    ['long-lived: forgotten after four days', 97 * HOUR_MS, false, 'accepted'],
    ['short-lived: known for an hour', HOUR_MS, true, 'duplicate'],
    ['short-lived: forgotten after two hours and a bit', 2 * HOUR_MS + 1, true, 'accepted'],
  ])('%s', async (_sentence, laterMs, shortLived, answer) => {
    const thenMs = midnight + DAY_MS - laterMs
    const name = randomName()
    const given = batch(name, { key: key(name, name, 'content', shortLived) })
    // The oldest partitions exist only inside the key window; make room for the test's past.
    await ensureKeyPartitions(thenMs)
    await at(thenMs, first).append([given])
    expect(await words(at(thenMs + laterMs, first).append([given]))).toEqual([answer])
  })
})

async function waitsForLock(): Promise<boolean> {
  const { rowCount } = await first.pool.query(
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  )
  return rowCount === 1
}

async function ensureKeyPartitions(nowMs: number): Promise<void> {
  for (const [table, periodMs] of [
    ['batch_key', DAY_MS],
    ['batch_key_short', HOUR_MS],
  ] as const)
    for (let period = Math.floor(nowMs / periodMs) - 1; period <= Math.floor((nowMs + 2 * DAY_MS) / periodMs); period++)
      await first.pool.query(
        `CREATE TABLE IF NOT EXISTS ${table}_p${period} PARTITION OF ${table} FOR VALUES FROM (${period}) TO (${period + 1})`,
      )
}

describe('a shipped file', () => {
  const fingerprint = sha('file')
  const part = (from: number, to: number, more: Partial<SealedBatch> = {}) =>
    batch(`${from}-${to}`, {
      key: null,
      file: { fingerprint, from, to, tail: sha(`tail ${to}`), previousTail: sha(`tail ${from}`) },
      ...more,
    })

  const ofOther = (from: number, to: number, previous: string) =>
    batch('other', {
      key: null,
      file: { fingerprint, from, to, tail: sha(`other tail ${to}`), previousTail: sha(previous) },
    })

  it('takes each byte once, in order, and says where it stands', async () => {
    const answers = []
    for (const group of [
      [part(0, 10), part(10, 20)],
      [part(10, 20)],
      [part(0, 10)],
      [part(15, 30)],
      [part(25, 30)],
      [part(20, 30)],
    ])
      answers.push(...(await journal().append(group)))
    expect(answers).toEqual([
      { result: 'accepted', fileEnd: 10 },
      { result: 'accepted', fileEnd: 20 },
      { result: 'duplicate', fileEnd: 20 },
      { result: 'file_gap', fileEnd: 20 },
      { result: 'file_gap', fileEnd: 20 },
      { result: 'file_gap', fileEnd: 20 },
      { result: 'accepted', fileEnd: 30 },
    ])
    expect(await counted()).toEqual(['0-10', '10-20', '20-30'])
    expect(await journal().file(fingerprint)).toEqual({ end: 30, tail: Buffer.from(sha('tail 30')) })
    expect(await journal().file(sha('other'))).toBeNull()
  })

  it('is not gone on with by another file that began alike, at the same offsets', async () => {
    await journal().append([part(0, 10), part(10, 20)])
    expect(await words(journal().append([ofOther(10, 20, 'tail 10')]))).toEqual(['file_gap'])
    expect(await words(journal().append([ofOther(20, 30, 'other tail 20')]))).toEqual(['file_gap'])
    expect(await counted()).toEqual(['0-10', '10-20'])
  })

  it('is taken once by two replicas at the same instant', async () => {
    const answers = await Promise.all([
      words(journal().append([part(0, 10)])),
      words(journal({}, second).append([part(0, 10)])),
    ])
    expect(answers.flat().toSorted()).toEqual(['accepted', 'duplicate'])
  })

  it('refuses to begin in the middle', async () => {
    expect(await journal().append([part(5, 10)])).toEqual([{ result: 'file_gap', fileEnd: 0 }])
    expect(await counted()).toEqual([])
  })
})

const again = (name: string, ids: number[]) => batch(name, { key: null, quarantineIds: ids })

describe('rejected records', () => {
  const reject = { index: 0, reason: 'bad_status', record: Buffer.from('x'), whole: true } as const

  it('are kept for fresh batches only, and bounded per source', async () => {
    const options = { quarantine: { perSource: 2, all: 3, keepRecords: true } }
    const limited = journal(options)
    const many = [reject, reject, reject]
    await limited.append([batch('a', { rejects: many }), batch('b', { rejects: many, source: 'other' })])
    await limited.append([batch('a', { rejects: many })])
    const { rows } = await first.pool.query('SELECT source, count(*) FROM quarantine GROUP BY source ORDER BY source')
    expect(rows).toEqual([
      { source: 'edge', count: 2 },
      { source: 'other', count: 1 },
    ])
  })

  it('come back once each', async () => {
    await journal().append([batch('a', { rejects: [reject, reject] })])
    const { rows } = await first.pool.query<{ id: number }>('SELECT id FROM quarantine ORDER BY id')
    const quarantineIds = rows.map((row) => row.id)
    const answers = await Promise.all([
      words(journal().append([again('both', quarantineIds)])),
      words(journal({}, second).append([again('both', quarantineIds)])),
    ])
    expect(answers.flat().toSorted()).toEqual(['accepted', 'duplicate'])
    expect(await words(journal().append([again('one', quarantineIds.slice(0, 1))]))).toEqual(['duplicate'])
    expect(await counted()).toEqual(['a', 'both'])
  })
})
