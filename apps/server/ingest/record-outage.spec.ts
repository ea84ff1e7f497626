import { jest } from '@jest/globals'
import { EVENT, NOW, pass, recordStage, WINDOW_MS } from './testing/record-stage.js'

beforeEach(() => jest.useFakeTimers({ now: NOW }))
afterEach(() => jest.useRealTimers())

describe('while the database is away', () => {
  it('records wait, and all are counted once it is back', async () => {
    const { take, journal, inFlight } = recordStage()
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
    const { take, journal } = recordStage()
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
    const { take, records, journal, inFlight, sources } = recordStage({ bytes: 10 * EVENT.length })
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
    const { take, journal, scans } = recordStage({ bytes: 1e9 })
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
    const { take, journal, inFlight } = recordStage({ bytes: 10 * EVENT.length })
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
    const { take, journal, inFlight } = recordStage()
    take(1)
    await pass(WINDOW_MS)
    inFlight.add(inFlight.limitBytes)
    take(4)
    await pass(WINDOW_MS)
    expect(journal.sum).toEqual({ received: 5, accepted: 1, shed: 4 })
  })

  it('a sender is held up until there is room', async () => {
    const { records, take, journal } = recordStage({ bytes: 10 * EVENT.length })
    journal.state = 'away'
    take(8)
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
    const { records, inFlight } = recordStage()
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
    const { records, take, journal } = recordStage()
    take(5)
    expect(await records.end(10_000)).toBe(0)
    expect(journal.sum.accepted).toBe(5)
  })

  it.each(['away', 'silent'] as const)('a database that is %s is given up at the deadline', async (state) => {
    const { records, take, journal } = recordStage()
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
    const { records, take, sources } = recordStage()
    sources.resolve = () => new Promise(() => undefined)
    take(3)
    const ended = records.end(1_000)
    await pass(1_000)
    expect(await ended).toBe(3)
  })
})
