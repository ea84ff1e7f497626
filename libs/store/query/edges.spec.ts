import { checkTimeZone, edgesOf } from './edges.js'
import { QueryError } from './query-error.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const iso = (edges: readonly number[]) => edges.map((ms) => new Date(ms).toISOString().slice(0, 16))

describe('edgesOf', () => {
  it('puts whole steps around a range', () => {
    const from = Date.UTC(2026, 0, 1, 10, 7)
    expect(iso(edgesOf(from, from + HOUR, 30 * 60_000, null))).toEqual([
      '2026-01-01T10:00',
      '2026-01-01T10:30',
      '2026-01-01T11:00',
      '2026-01-01T11:30',
    ])
  })

  it('begins days at UTC midnight without a zone', () => {
    expect(iso(edgesOf(Date.UTC(2026, 0, 1, 10), Date.UTC(2026, 0, 2, 1), DAY, null))).toEqual([
      '2026-01-01T00:00',
      '2026-01-02T00:00',
      '2026-01-03T00:00',
    ])
  })

  it('gives the day of a clock change 23 hours, and the other one 25', () => {
    const spring = edgesOf(Date.UTC(2026, 2, 28, 12), Date.UTC(2026, 2, 30, 12), DAY, 'Europe/Berlin')
    expect(iso(spring)).toEqual(['2026-03-27T23:00', '2026-03-28T23:00', '2026-03-29T22:00', '2026-03-30T22:00'])
    const autumn = edgesOf(Date.UTC(2026, 9, 25, 0), Date.UTC(2026, 9, 25, 12), DAY, 'Europe/Berlin')
    expect(iso(autumn)).toEqual(['2026-10-24T22:00', '2026-10-25T23:00'])
  })

  it('begins a day that has no midnight at its first moment', () => {
    // Cairo went from 00:00 to 01:00 on 2024-04-26.
    const edges = edgesOf(Date.UTC(2024, 3, 25, 12), Date.UTC(2024, 3, 26, 12), DAY, 'Africa/Cairo')
    expect(iso(edges)).toEqual(['2024-04-24T22:00', '2024-04-25T22:00', '2024-04-26T21:00'])
  })

  it('begins weeks on Mondays', () => {
    expect(iso(edgesOf(Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 6), 7 * DAY, null))).toEqual([
      '2025-12-29T00:00',
      '2026-01-05T00:00',
      '2026-01-12T00:00',
    ])
  })

  it('refuses a zone that does not exist', () => {
    expect(() => edgesOf(0, DAY, DAY, 'Mars/Olympus')).toThrow(QueryError)
  })
})

describe('checkTimeZone', () => {
  it('knows zones of IANA, and refuses others and none', () => {
    for (const known of [null, 'UTC', 'Europe/Berlin']) expect(() => checkTimeZone(known)).not.toThrow()
    for (const unknown of ['', 'Mars/Phobos']) expect(() => checkTimeZone(unknown)).toThrow(QueryError)
  })
})
