import type { IncomingMessage } from 'node:http'
import { PassThrough } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { Catalog } from '#catalog'
import type { BatchTally, SealedBatch } from '#delta'
import { BUILT_IN_FORMATS, routeWriter } from '#event'
import { Journal, JournalUnavailable, type AppendResult } from '#store'
import { DrivenClock } from '#testing'
import { Admission } from './admission.js'
import { InFlight } from './in-flight.js'
import { Intake, type IntakeResult } from './intake.js'
import { LabelTables } from './label-tables.js'
import { RateLimit } from './rate-limit.js'
import { ScanPool } from './scan-pool.js'
import { SlowBodies } from './slow-bodies.js'

const EVENT = '{"ts":"2026-01-01T00:00:00Z","status":200,"request_id":"r1"}\n'
const BATCH = { source: 'edge', format: null, idempotencyKey: null, file: null, replayed: false }

class FakeJournal extends Journal {
  readonly batches: SealedBatch[] = []
  answer: AppendResult | Error = { result: 'accepted' }

  override append(batches: readonly SealedBatch[]): Promise<AppendResult[]> {
    const { answer } = this
    if (answer instanceof Error) return Promise.reject(answer)
    this.batches.push(...batches)
    return Promise.resolve(batches.map(() => answer))
  }

  override file(): Promise<null> {
    return Promise.resolve(null)
  }
}

interface StageLimits {
  readonly eventsPerSecond?: number
  readonly bytes?: number
  readonly bodyBytes?: number
  readonly answerMs?: number
  readonly bodies?: number
}

function setUp(limits: StageLimits = {}) {
  const { bodyBytes = 10_000 } = limits
  const clock = new DrivenClock()
  const bugs: unknown[] = []
  const journal = new FakeJournal()
  const journalRoom = { full: false }
  const inFlight = new InFlight(limits.bytes ?? 1 << 20)
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
  const admission = new Admission({ answerMs: 100, leastBodies: limits.bodies ?? 64 }, () => 0)
  const slowBodies = new SlowBodies()
  const intake = new Intake({
    scans,
    journal,
    sources,
    clock,
    inFlight,
    journalRoom,
    admission,
    rate: new RateLimit(limits.eventsPerSecond ?? 0, 1),
    slowBodies,
    daysYears: 5,
    report: (bug) => bugs.push(bug),
    answerMs: limits.answerMs ?? 60_000,
    limits: { compressedBytes: bodyBytes, decodedBytes: bodyBytes, slowSeconds: 3, minBytesPerSecond: 1 },
  })
  const takeFrom = (stream: PassThrough, batch: Partial<typeof BATCH> = {}, headers = {}): Promise<IntakeResult> => {
    const raw = Object.assign(stream, { headers }) as unknown as PassThrough & IncomingMessage
    return intake.take({ raw, encoding: 'identity', keyId: '', batch: { ...BATCH, ...batch } })
  }
  const take = (body: string | Buffer, batch: Partial<typeof BATCH> = {}, here = false): Promise<IntakeResult> => {
    const stream = new PassThrough()
    stream.end(body)
    return takeFrom(stream, batch, here ? { 'content-length': String(body.length) } : {})
  }
  return { take, takeFrom, journal, journalRoom, inFlight, sources, clock, bugs, admission, slowBodies }
}

interface Ending {
  resolve(results: AppendResult[]): void
  reject(error: Error): void
}

/** Appends that end when the test says so. */
function hold(journal: FakeJournal): Ending[] {
  const held: Ending[] = []
  journal.append = (batches) => {
    journal.batches.push(...batches)
    return new Promise((resolve, reject) => held.push({ resolve, reject }))
  }
  return held
}

/** A cell for each event. */
const spread = (events: number): string =>
  Array.from({ length: events }, (_, at) => `{"ts":${Date.UTC(2026, 0, 1) - 10_000 * at},"status":200}\n`).join('')

const codeOf = (result: IntakeResult): string => (result.result === 'refused' ? result.refusal.code : result.result)

describe('Intake', () => {
  it('counts events and names rejected records', async () => {
    const { take } = setUp()
    expect(await take(`${EVENT}{"status":0.5}\n${EVENT}`)).toMatchObject({
      result: 'counted',
      accepted: 2,
      duplicate: 0,
      rejected: 1,
      errors: [{ index: 1, reason: 'bad_status' }],
    })
  })

  it('counts a body that is there at once as one that is streamed, compressed or not', async () => {
    const { take, journal, inFlight } = setUp()
    for (const body of [EVENT, gzipSync(EVENT)])
      for (const here of [false, true])
        expect(await take(body, {}, here)).toMatchObject({ accepted: 1, rejected: 0, bytes: body.length })
    const keys = new Set(journal.batches.map(({ key }) => Buffer.from(key?.id ?? []).toString('hex')))
    expect(keys.size).toBe(1)
    expect(inFlight.usedBytes).toBe(0)
  })

  it('answers a duplicate with all its events', async () => {
    const { take, journal } = setUp()
    journal.answer = { result: 'duplicate' }
    expect(await take(EVENT + EVENT)).toMatchObject({ result: 'counted', accepted: 0, duplicate: 2, rejected: 0 })
  })

  it('appends nothing for a body without records', async () => {
    const { take, journal } = setUp()
    expect(await take('\n\n')).toMatchObject({ result: 'counted', accepted: 0 })
    expect(journal.batches).toEqual([])
  })

  it('tells how a batch was identified', async () => {
    const { take, journal } = setUp()
    await take(EVENT)
    await take('{"status":200}')
    await take('{"status":200}', { idempotencyKey: 'k' } as object)
    const deliveries = journal.batches.map(({ tally }) => (tally as { delivery: string }).delivery)
    expect(journal.batches.map(({ key }) => key?.kind ?? null)).toEqual(['content', null, 'idempotency_key'])
    expect(deliveries.at(-1)).toBe('exactly_once')
  })

  it.each<[AppendResult | Error, string]>([
    [{ result: 'key_conflict' }, 'idempotency_key_reused'],
    [{ result: 'file_gap', fileEnd: 7 }, 'file_gap'],
    [new JournalUnavailable('the database is away'), 'not_durable'],
  ])('refuses by the answer of the journal: %j', async (answer, code) => {
    const { take, journal } = setUp()
    journal.answer = answer
    expect(codeOf(await take(EVENT))).toBe(code)
  })

  it('throws what is a bug', async () => {
    const { take, journal } = setUp()
    journal.answer = new TypeError('a bug')
    await expect(take(EVENT)).rejects.toThrow('a bug')
  })

  it('refuses while the names of sources cannot be looked up', async () => {
    const { take, sources } = setUp()
    sources.resolve = () => Promise.reject(new Error('the database is away'))
    expect(codeOf(await take(EVENT))).toBe('not_durable')
  })

  it('counts under the name that the budget allows, and keys by the name that was sent', async () => {
    const { take, journal, sources } = setUp()
    sources.resolve = () => Promise.resolve('{other}')
    await take(EVENT, { source: 'one' })
    await take(EVENT, { source: 'two' })
    expect(journal.batches.map(({ source }) => source)).toEqual(['{other}', '{other}'])
    const [one, two] = journal.batches.map(({ key }) => Buffer.from(key?.id ?? []).toString('hex'))
    expect(one).not.toBe(two)
  })

  it('refuses a source over its rate until it has paid', async () => {
    const { take, clock } = setUp({ eventsPerSecond: 2 })
    expect(codeOf(await take(EVENT.repeat(6)))).toBe('counted')
    const refused = await take(EVENT)
    expect(refused).toMatchObject({ refusal: { code: 'over_rate', headers: { 'retry-after': '3' } } })
    clock.advance(3_000)
    expect(codeOf(await take(EVENT))).toBe('counted')
  })

  it('holds memory only while a body is on its way, and refuses a source that holds half of what there is, but no other', async () => {
    const { take, inFlight, journal } = setUp()
    const held = hold(journal)
    const many = Array.from({ length: 20 }, () => take(EVENT))
    const other = take(EVENT, { source: 'other' })
    while (!journal.batches.some(({ source }) => source === 'other')) await new Promise(setImmediate)
    expect(inFlight.usedBytes).toBeGreaterThan(inFlight.sourceLimitBytes / 2)
    for (const { resolve } of held) resolve([{ result: 'accepted' }])
    expect(codeOf(await other)).toBe('counted')
    const codes = (await Promise.all(many)).map(codeOf)
    expect(new Set(codes)).toEqual(new Set(['counted', 'overloaded']))
    expect(codes.filter((code) => code === 'counted')).toHaveLength(held.length - 1)
    expect([inFlight.usedBytes, inFlight.receivedBytes]).toEqual([0, 0])
  })

  it('holds nothing of the bytes that it has scanned, however slowly the rest of them comes', async () => {
    const { takeFrom, inFlight } = setUp({ bodyBytes: 2 << 20 })
    const streams = Array.from({ length: 2 }, () => new PassThrough())
    const taken = streams.map((stream) => takeFrom(stream))
    for (let chunk = 1; chunk <= 100; chunk++) {
      for (const stream of streams) stream.write(EVENT.repeat(100))
      while (inFlight.receivedBytes < 2 * chunk * 100 * EVENT.length) await new Promise(setImmediate)
    }
    expect(inFlight.usedBytes).toBeLessThan(inFlight.receivedBytes / 5)
    for (const stream of streams) stream.end(EVENT)
    for (const result of await Promise.all(taken)) expect(result).toMatchObject({ accepted: 10_001 })
    expect([inFlight.usedBytes, inFlight.receivedBytes]).toEqual([0, 0])
  })

  it('gives up a body that finds no room for what it holds, and says whether it will another time', async () => {
    const { take, inFlight } = setUp({ bytes: 2 << 20, bodyBytes: 2 << 20 })
    inFlight.add(15 << 17)
    expect(codeOf(await take(spread(2_000), { replayed: true }))).toBe('overloaded')
    inFlight.remove(15 << 17)
    expect(await take(spread(2_000), { replayed: true })).toMatchObject({ accepted: 2_000 })
    const tooMuch = await take(spread(20_000), { replayed: true })
    expect(tooMuch).toMatchObject({
      refusal: { code: 'body_too_large', details: { limit: 1 << 20, when: 'in memory' } },
    })
    expect([inFlight.usedBytes, inFlight.receivedBytes]).toEqual([0, 0])
  })

  it('answers while an append takes too long, and leaves it the body and the buffers until it ends', async () => {
    const { take, inFlight, journal } = setUp({ answerMs: 1 })
    const held = hold(journal)
    expect(codeOf(await take(EVENT + EVENT))).toBe('not_durable')
    expect(inFlight.receivedBytes).toBe(2 * EVENT.length)
    expect(codeOf(await take('{"status":404}\n'.repeat(3)))).toBe('not_durable')
    const seriesOf = () => journal.batches.map(({ tally, ledger }) => [(tally as BatchTally).accepted, ledger.received])
    expect(seriesOf()).toEqual([
      [2, 2],
      [3, 3],
    ])
    held[0]?.resolve([{ result: 'accepted' }])
    await new Promise(setImmediate)
    expect(inFlight.receivedBytes).toBe(3 * '{"status":404}\n'.length)
    expect(inFlight.usedBytes).toBeGreaterThan(0)
    held[1]?.reject(new JournalUnavailable('the database is away'))
    await new Promise(setImmediate)
    expect(inFlight.usedBytes).toBe(0)
  })

  it('refuses what finds the memory full of batches that nobody waits for any more', async () => {
    const { take, journal } = setUp({ answerMs: 1 })
    const held = hold(journal)
    const codes: string[] = []
    for (let body = 0; body < 10; body++) codes.push(codeOf(await take(EVENT)))
    expect(codes).toEqual(codes.map((_, body) => (body < held.length ? 'not_durable' : 'overloaded')))
    expect([held.length > 1, held.length < 9]).toEqual([true, true])
  })

  it('reports a bug that nobody waits for any more, and no outage', async () => {
    const { take, journal, bugs } = setUp({ answerMs: 1 })
    const held = hold(journal)
    await Promise.all([take(EVENT), take(EVENT)])
    held[0]?.reject(new JournalUnavailable('the database is away'))
    held[1]?.reject(new TypeError('a bug'))
    await new Promise(setImmediate)
    expect(bugs.map(String)).toEqual(['TypeError: a bug'])
  })

  it('refuses while too much waits to be folded, and takes it again afterwards', async () => {
    const { take, journalRoom } = setUp()
    journalRoom.full = true
    expect(await take(EVENT)).toMatchObject({ refusal: { code: 'journal_full', headers: { 'retry-after': '5' } } })
    journalRoom.full = false
    expect(codeOf(await take(EVENT))).toBe('counted')
  })

  it('refuses bodies before they are read while those before them wait too long, and takes them once these are answered', async () => {
    const { take, journal, inFlight, clock } = setUp({ bodies: 1, bytes: 10 << 20 })
    const held = hold(journal)
    inFlight.receivedBytes = 1 << 20
    const waiting: Promise<IntakeResult>[] = []
    while (waiting.length < 8) {
      waiting.push(take(EVENT))
      await new Promise(setImmediate)
    }
    for (let window = 0; window < 12; window++) {
      clock.advance(300)
      waiting.push(take(EVENT))
      await new Promise(setImmediate)
    }
    const refused = await take(EVENT)
    expect(refused).toMatchObject({ refusal: { code: 'overloaded', headers: { 'retry-after': '1' } }, bytes: 0 })
    for (const { resolve } of held) resolve([{ result: 'accepted' }])
    const codes = (await Promise.all(waiting)).map(codeOf)
    expect(codes.filter((code) => code === 'counted')).toHaveLength(held.length)
    const again = take(EVENT)
    while (held.length < codes.filter((code) => code === 'counted').length + 1) await new Promise(setImmediate)
    held.at(-1)?.resolve([{ result: 'accepted' }])
    expect(codeOf(await again)).toBe('counted')
  })

  it('gives no place to a body whose sender is slow, until all of it is there', async () => {
    const { takeFrom, journal, slowBodies, admission } = setUp()
    const places = { waiting: 0, after: 0 }
    admission.waitForSender = () => void places.waiting++
    admission.goOn = () => void places.after++
    const held = hold(journal)
    const stream = new PassThrough()
    const taken = takeFrom(stream)
    for (let second = 0; second < 5; second++) {
      stream.write('{"status":200}\n')
      await new Promise(setImmediate)
      slowBodies.tick()
      await new Promise(setImmediate)
    }
    expect(places).toEqual({ waiting: 1, after: 0 })
    stream.end()
    while (held.length === 0) await new Promise(setImmediate)
    expect(places).toEqual({ waiting: 1, after: 1 })
    held[0]?.resolve([{ result: 'accepted' }])
    expect(await taken).toMatchObject({ accepted: 5 })
    expect(admission.size).toBe(0)
  })

  it('counts nothing of a body that is no log', async () => {
    const { take, journal } = setUp()
    expect(codeOf(await take('\0\u0001\0\u0002'))).toBe('unreadable_body')
    expect(journal.batches).toEqual([])
  })

  it('reuses its buffers without mixing batches up', async () => {
    const { take } = setUp()
    for (let count = 1; count <= 200; count++)
      expect(await take(EVENT.repeat(count % 7))).toMatchObject({ accepted: count % 7, rejected: 0 })
  })
})
