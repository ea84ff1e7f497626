import { jest } from '@jest/globals'
import { Catalog } from '#catalog'
import type { SealedBatch } from '#delta'
import { BUILT_IN_FORMATS, routeWriter } from '#event'
import { JournalUnavailable, type AppendResult } from '#store'
import { InFlight } from './in-flight.js'
import { LabelTables } from './label-tables.js'
import { RecordIntake, type RecordIntakeOptions } from './record-intake.js'
import { ScanPool } from './scan-pool.js'

const EVENT = Buffer.from('{"status":200}')
const NOW = Date.UTC(2026, 10, 22)
const WINDOW_MS = 200

beforeEach(() => jest.useFakeTimers({ now: NOW }))
afterEach(() => jest.useRealTimers())

/** A journal that is away until told otherwise, or that never answers. */
class FakeJournal {
  readonly batches: SealedBatch[] = []
  attempts = 0
  state: 'there' | 'away' | 'silent' | 'broken' | 'unsure' = 'there'

  async append(batches: readonly SealedBatch[]): Promise<AppendResult[]> {
    this.attempts++
    if (this.state === 'silent') await new Promise(() => undefined)
    if (this.state === 'away') throw new JournalUnavailable('the database is away')
    if (this.state === 'broken') throw new TypeError('a bug')
    const known = new Set(this.batches.map(idOf))
    const fresh = batches.filter((batch) => !known.has(idOf(batch)))
    this.batches.push(...fresh)
    if (this.state === 'unsure') throw new JournalUnavailable('the commit is unknown')
    return batches.map((batch) => ({ result: fresh.includes(batch) ? 'accepted' : 'duplicate' }))
  }

  get ledgers() {
    return this.batches.map(({ ledger: { received, accepted, shed } }) => ({ received, accepted, shed }))
  }

  /** Of all batches. */
  get sum() {
    const add = (key: 'received' | 'accepted' | 'shed') => this.ledgers.reduce((all, one) => all + one[key], 0)
    return { received: add('received'), accepted: add('accepted'), shed: add('shed') }
  }
}

const idOf = ({ key }: SealedBatch): string => Buffer.from(key?.id ?? '').toString('hex')

function setUp(options: Partial<RecordIntakeOptions> & { bytes?: number } = {}) {
  const { bytes = 10_000, ...times } = options
  const journal = new FakeJournal()
  const inFlight = new InFlight(bytes)
  const bugs: unknown[] = []
  const sources = { resolve: (name: string): Promise<string> => Promise.resolve(name) }
  const scans = new ScanPool({
    catalog: new Catalog(),
    tables: new LabelTables(10),
    sources: new Map(),
    formats: BUILT_IN_FORMATS,
    maxRecordBytes: 1_000,
    consumerSalt: '',
    replayLateMs: 1e12,
    routeWriter,
  })
  const report = (bug: unknown): void => void bugs.push(bug)
  const clock = { now: () => Date.now() }
  const records = new RecordIntake({ scans, journal, sources, clock, inFlight, report }, times)
  const take = (count: number, source = 'edge'): void => {
    for (let i = 0; i < count; i++) records.take(source, EVENT, null)
  }
  return { records, take, journal, inFlight, sources, bugs, scans }
}

const pass = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms)

describe('records become batches', () => {
  it('when the window has passed since the first of them', async () => {
    const { take, journal } = setUp()
    take(1)
    await pass(WINDOW_MS - 50)
    take(2)
    expect(journal.batches).toEqual([])
    await pass(50)
    expect(journal.ledgers).toEqual([{ received: 3, accepted: 3, shed: 0 }])
    take(1)
    await pass(WINDOW_MS)
    expect(journal.ledgers.length).toBe(2)
    expect(journal.batches.every(({ tally }) => (tally as { delivery: string }).delivery === 'best_effort')).toBe(true)
  })

  it('or when they are many', async () => {
    const { take, journal } = setUp({ batchRecords: 10 })
    take(25)
    await pass(0)
    expect(journal.ledgers.map(({ accepted }) => accepted)).toEqual([10, 10])
    await pass(WINDOW_MS)
    expect(journal.sum.accepted).toBe(25)
  })

  it('of their own source each, under the name that the budget allows', async () => {
    const { take, journal, sources } = setUp()
    sources.resolve = (name) => Promise.resolve(name === 'late' ? '{other}' : name)
    take(2, 'edge')
    take(3, 'late')
    await pass(WINDOW_MS)
    const found = journal.batches.map(({ source, ledger }) => [source, ledger.accepted])
    expect(found).toEqual([
      ['edge', 2],
      ['{other}', 3],
    ])
  })

  it('under the name that was sent, while names cannot be looked up', async () => {
    const { take, journal, sources } = setUp()
    sources.resolve = () => Promise.reject(new Error('the database is away'))
    take(2)
    await pass(WINDOW_MS)
    expect(journal.batches.map(({ source }) => source)).toEqual(['edge'])
  })
})

describe('while the database is away', () => {
  it('records wait, and all are counted once it is back', async () => {
    const { take, journal, inFlight } = setUp()
    journal.state = 'away'
    for (let second = 0; second < 30; second++) {
      take(7)
      await pass(1_000)
    }
    expect(inFlight.usedBytes).toBe(30 * 7 * EVENT.length)
    journal.state = 'there'
    await pass(2_000)
    expect(journal.sum).toEqual({ received: 210, accepted: 210, shed: 0 })
    expect(inFlight.usedBytes).toBe(0)
  })

  it('a batch whose commit nobody can tell the fate of counts once', async () => {
    const { take, journal } = setUp()
    take(2)
    await pass(0)
    journal.state = 'unsure'
    await pass(WINDOW_MS + 500)
    expect(journal.attempts).toBeGreaterThan(1)
    journal.state = 'there'
    take(1)
    await pass(5_000)
    expect(journal.sum).toEqual({ received: 3, accepted: 3, shed: 0 })
  })

  it('what comes while a name is looked up is held to the same limit', async () => {
    const { take, records, journal, inFlight, sources } = setUp({ bytes: 10 * EVENT.length })
    const lookup = Promise.withResolvers<string>()
    const resolve = jest.fn(() => lookup.promise)
    sources.resolve = resolve
    take(25)
    await pass(1_000)
    expect([inFlight.full, records.isCrowded, resolve.mock.calls.length]).toEqual([true, true, 1])
    lookup.resolve('edge')
    await pass(WINDOW_MS)
    expect(journal.sum).toEqual({ received: 25, accepted: 10, shed: 15 })
    expect(inFlight.usedBytes).toBe(0)
  })

  it('few batches wait, and none judges a record by the time of long ago', async () => {
    const { take, journal, scans } = setUp({ bytes: 1e9 })
    const begin = jest.spyOn(scans, 'begin')
    journal.state = 'away'
    const minutes = 15
    for (let second = 0; second < minutes * 60; second++) {
      take(1)
      await pass(1_000)
    }
    expect(begin.mock.calls.length).toBeLessThanOrEqual(minutes + 2)
    journal.state = 'there'
    await pass(2_000)
    expect(journal.sum).toEqual({ received: minutes * 60, accepted: minutes * 60, shed: 0 })
  })

  it('what finds no room is shed, and the ledger tells', async () => {
    const { take, journal, inFlight } = setUp({ bytes: 10 * EVENT.length })
    journal.state = 'away'
    take(1)
    await pass(WINDOW_MS)
    take(29)
    await pass(1_000)
    expect(inFlight.full).toBe(true)
    journal.state = 'there'
    await pass(2_000)
    expect(journal.sum).toEqual({ received: 30, accepted: 10, shed: 20 })
    expect(inFlight.usedBytes).toBe(0)
  })

  it('what was shed is told also where nothing else comes any more', async () => {
    const { take, journal, inFlight } = setUp()
    take(1)
    await pass(WINDOW_MS)
    inFlight.add(inFlight.limitBytes)
    take(4)
    await pass(WINDOW_MS)
    expect(journal.sum).toEqual({ received: 5, accepted: 1, shed: 4 })
  })

  it('a sender is held up until there is room', async () => {
    const { records, take, journal } = setUp({ bytes: 10 * EVENT.length })
    journal.state = 'away'
    take(6)
    await pass(WINDOW_MS)
    expect(records.isCrowded).toBe(true)
    let isFree = false
    void records.room().then(() => (isFree = true))
    await pass(5_000)
    expect(isFree).toBe(false)
    journal.state = 'there'
    await pass(2_000)
    expect(isFree).toBe(true)
  })

  it('also where others crowd it, who do not say when they are done', async () => {
    const { records, inFlight } = setUp()
    inFlight.add(inFlight.limitBytes)
    let isFree = false
    void records.room().then(() => (isFree = true))
    await pass(5_000)
    expect(isFree).toBe(false)
    inFlight.remove(inFlight.limitBytes)
    await pass(1_000)
    expect(isFree).toBe(true)
  })
})

describe('at the stop', () => {
  it('everything is made durable first', async () => {
    const { records, take, journal } = setUp()
    take(5)
    expect(await records.end(10_000)).toBe(0)
    expect(journal.sum.accepted).toBe(5)
  })

  it.each(['away', 'silent'] as const)('a database that is %s is given up at the deadline', async (state) => {
    const { records, take, journal } = setUp()
    take(2)
    await pass(WINDOW_MS)
    journal.state = state
    take(5)
    let lost: number | null = null
    void records.end(10_000).then((count) => (lost = count))
    await pass(9_999)
    expect(lost).toBe(null)
    await pass(1)
    expect(lost).toBe(5)
    const { attempts } = journal
    await pass(60_000)
    expect(journal.attempts).toBe(attempts)
  })

  it('a name that nobody answers for is given up, too', async () => {
    const { records, take, sources } = setUp()
    sources.resolve = () => new Promise(() => undefined)
    take(3)
    const ended = records.end(1_000)
    await pass(1_000)
    expect(await ended).toBe(3)
  })
})

describe('a bug', () => {
  it('in the journal is reported, and costs no more than its batch', async () => {
    const { records, take, journal, bugs, inFlight } = setUp()
    journal.state = 'broken'
    take(2)
    await pass(WINDOW_MS)
    journal.state = 'there'
    take(3)
    await pass(WINDOW_MS)
    expect(bugs.map(String)).toEqual(['TypeError: a bug'])
    expect(journal.sum.accepted).toBe(3)
    expect(inFlight.usedBytes).toBe(0)
    expect(await records.end(1_000)).toBe(2)
  })

  it('in the scan of a record is reported and never thrown, for the first of a source and for later ones', async () => {
    const { take, journal, bugs, scans } = setUp()
    const begin = scans.begin.bind(scans)
    jest.spyOn(scans, 'begin').mockImplementationOnce(() => {
      throw new TypeError('a bug')
    })
    take(1)
    await pass(0)
    jest.spyOn(scans, 'begin').mockImplementationOnce((order) => {
      const scan = begin(order)
      jest.spyOn(scan, 'part').mockImplementationOnce(() => {
        throw new RangeError('another')
      })
      return scan
    })
    take(2)
    await pass(WINDOW_MS)
    expect(bugs.map(String)).toEqual(['TypeError: a bug', 'RangeError: another'])
    expect(journal.sum.accepted).toBe(1)
  })
})
