import { jest } from '@jest/globals'
import { NOW, pass, recordStage, WINDOW_MS } from './testing/record-stage.js'

beforeEach(() => jest.useFakeTimers({ now: NOW }))
afterEach(() => jest.useRealTimers())

describe('records become batches', () => {
  it('when the window has passed since the first of them', async () => {
    const { take, journal } = recordStage()
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
    const { take, journal } = recordStage({ batchRecords: 10 })
    take(25)
    await pass(0)
    expect(journal.ledgers.map(({ accepted }) => accepted)).toEqual([10, 10])
    await pass(WINDOW_MS)
    expect(journal.sum.accepted).toBe(25)
  })

  it('of their own source each, under the name that the budget allows', async () => {
    const { take, journal, sources } = recordStage()
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
    const { take, journal, sources } = recordStage()
    sources.resolve = () => Promise.reject(new Error('the database is away'))
    take(2)
    await pass(WINDOW_MS)
    expect(journal.batches.map(({ source }) => source)).toEqual(['edge'])
  })
})

describe('a bug', () => {
  it('in the journal is reported, and costs no more than its batch', async () => {
    const { records, take, journal, bugs, inFlight } = recordStage()
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
    const { take, journal, bugs, scans } = recordStage()
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
