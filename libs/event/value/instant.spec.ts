import { instantOfNumber, instantOfText } from './instant.js'

const berlin = (text: string) => instantOfText(text, 'Europe/Berlin')?.ms
const AT = Date.UTC(2026, 10, 22, 23, 20, 26)

describe('times in text', () => {
  it.each<[string, number | null, boolean?]>([
    ['2026-11-22T23:20:26Z', AT],
    ['2026-11-22 23:20:26z', AT],
    ['2026-11-22T23:20:26.1719Z', AT + 171, true],
    ['2026-11-22T23:20:26,5Z', AT + 500, true],
    ['2026-11-22T23:20:26.000Z', AT],
    ['2026-11-22T23:20:26.000000Z', AT],
    ['2026-11-22T23:20:26.000000001Z', AT, true],
    ['22/Nov/2026:23:20:26.000 +0000', AT],
    ['2026-11-22T23:20Z', AT - 26_000],
    ['2026-11-23T01:20:26+02', AT],
    ['2026-11-23T01:20:26+0200', AT],
    ['2026-11-23T01:20:26 +02:00', AT],
    ['2026-11-22T15:50:26-07:30', AT],
    ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
    ['2028-02-29T00:00:00Z', Date.UTC(2028, 1, 29)],
    ['2026-02-29T00:00:00Z', null],
    ['2026-13-01T00:00:00Z', null],
    ['2026-11-22T24:00:00Z', null],
    ['2026-11-22T23:60:00Z', null],
    ['2026-11-22T23:20:61Z', null],
    ['2026-11-22T23:20:26+24:00', null],
    ['2026-11-22', null],
    ['1969-12-31T23:59:59Z', null],
    ['1970-01-01T00:00:00+01:00', null],
    ['22/Nov/2026:23:20:26 +0000', AT],
    ['22/Nov/2026:23:20:26.5 +0000', AT + 500, true],
    ['22/Nov/2026:23:20:26', AT],
    ['22/nov/2026:23:20:26 +0000', null],
    ['22/Xxx/2026:23:20:26 +0000', null],
    ['32/Nov/2026:23:20:26 +0000', null],
    ['1795389626.171', AT + 171, true],
    ['1795389626.000', AT],
    ['1795389626000', AT],
    ['1795389626000000000', AT],
    ['yesterday', null],
    ['0x10', null],
  ])('%s', (text, ms, subSecond = false) => {
    expect(instantOfText(text, 'UTC')).toEqual(ms === null ? null : { ms, subSecond })
  })
})

it('keeps every millisecond of nanoseconds that no number can hold exactly', () => {
  for (let ms = AT; ms < AT + 50_000; ms += 37) {
    expect(instantOfNumber(Number(`${ms}000000`))?.ms).toBe(ms)
    expect(instantOfText(`${ms}999000`, 'UTC')?.ms).toBe(ms)
  }
})

describe('epoch numbers', () => {
  it.each<[string, number, number | null, boolean?]>([
    ['seconds', 1795389626, AT],
    ['seconds with decimals', 1795389626.171, AT + 171, true],
    ['milliseconds', 1795389626171, AT + 171, true],
    ['milliseconds of a whole second', 1795389626000, AT],
    ['a half of a millisecond', 1795389626000.5, AT, true],
    ['milliseconds with decimals', 1795389626171.9, AT + 171, true],
    ['microseconds', 1795389626171999, AT + 171, true],
    ['microseconds of a whole second', 1795389626000000, AT],
    ['one microsecond', 1795389626000001, AT, true],
    ['nanoseconds', 1795389626171999000, AT + 171, true],
    ['nanoseconds of a whole second', 1795389626000000000, AT],
    ['nanoseconds within the first microsecond', 1795389626000000512, AT, true],
    ['zero', 0, 0],
    ['negative', -1, null],
    ['infinite', Infinity, null],
    ['no number', NaN, null],
    ['too large', 1e20, null],
  ])('%s', (_name, value, ms, subSecond = false) => {
    expect(instantOfNumber(value)).toEqual(ms === null ? null : { ms, subSecond })
  })
})

describe('times without a zone', () => {
  it.each([
    ['in winter', '2026-01-15T12:00:00', Date.UTC(2026, 0, 15, 11)],
    ['in summer', '2026-07-15T12:00:00', Date.UTC(2026, 6, 15, 10)],
    ['an hour before the clocks go forward', '2026-03-29T01:30:00', Date.UTC(2026, 2, 29, 0, 30)],
    ['right after the clocks went forward', '2026-03-29T03:00:00', Date.UTC(2026, 2, 29, 1)],
    ['in the hour that the clocks skip', '2026-03-29T02:30:00', Date.UTC(2026, 2, 29, 1, 30)],
    ['in the hour that comes twice: the first', '2026-10-25T02:30:00', Date.UTC(2026, 9, 25, 0, 30)],
    ['right after the hour that came twice', '2026-10-25T03:00:00', Date.UTC(2026, 9, 25, 2)],
    ['with a zone of their own', '2026-07-15T12:00:00Z', Date.UTC(2026, 6, 15, 12)],
  ])('%s', (_name, text, ms) => expect(berlin(text)).toBe(ms))

  it('in a zone with a half hour', () => {
    expect(instantOfText('2026-07-15T12:00:00', 'Asia/Kolkata')?.ms).toBe(Date.UTC(2026, 6, 15, 6, 30))
  })
})
