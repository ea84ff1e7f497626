import * as fc from 'fast-check'
import { epochTime, isoTime } from './epoch-time.js'

const AT = 1_795_389_919_954

it.each([
  [AT / 1e3, AT, 954e6],
  ['1795389919.954', AT, 954e6],
  ['1795389919.954123', AT, 954_123_000],
  [1_795_389_919, 1_795_389_919_000, 0],
  [AT, AT, 954e6],
  [AT * 1e3, AT, 954e6],
  [`${AT}000000`, AT, 954e6],
])('%j is a time', (value, tsMs, nanoseconds) => {
  expect(epochTime(value)).toEqual({ tsMs, nanoseconds })
})

it.each([0, 1, -5, 1e30, NaN, Infinity, '', 'now', '1e9', '0x1', null, undefined, {}])('%j is none', (value) => {
  expect(epochTime(value)).toBeNull()
})

it.each([
  ['2026-11-22T23:20:26Z', '2026-11-22T23:20:26.000Z'],
  ['2026-11-22T23:20:26.123456789Z', '2026-11-22T23:20:26.123Z'],
  ['2026-11-22T23:20:26.5+02:00', '2026-11-22T21:20:26.500Z'],
])('%s is an ISO time', (text, iso) => {
  expect(new Date(isoTime(text)?.tsMs ?? 0).toISOString()).toBe(iso)
})

it.each(['2026-11-22', '2026-11-22T23:20:26', '2026-13-40T23:20:26Z', 5, null])('%j is none', (value) => {
  expect(isoTime(value)).toBeNull()
})

it('keeps the milliseconds of any time that a double tells in seconds', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1e11, max: 4e12 }), (ms) => {
      expect(epochTime(ms / 1e3)).toEqual({ tsMs: ms, nanoseconds: (ms % 1e3) * 1e6 })
    }),
  )
})
