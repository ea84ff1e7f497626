import { QueryError } from './query-error.js'
import { timesOf, type Range } from './range.js'

const NOW = Date.UTC(2026, 4, 20, 12)
const DAY = 86_400_000
const YEARS = 5 * 366 * DAY
const times = (range: Range) => timesOf(range, NOW, YEARS)

function refusal(range: Range): string {
  try {
    times(range)
  } catch (error) {
    return error instanceof QueryError ? `${error.code}: ${error.message}` : String(error)
  }
  return 'accepted'
}

describe('timesOf', () => {
  it.each([
    ['15m', 15 * 60_000],
    ['90s', 90_000],
    ['24h', DAY],
    ['30d', 30 * DAY],
    ['2w', 14 * DAY],
  ])('last %s reaches back from now', (last, lengthMs) => {
    expect(times({ last })).toEqual({ fromMs: NOW - lengthMs, toMs: NOW })
  })

  it('ends now without an end', () => expect(times({ fromMs: NOW - 5 })).toEqual({ fromMs: NOW - 5, toMs: NOW }))

  it.each<[string, Range, string]>([
    ['nothing', {}, 'bad_user_input'],
    ['both ways', { last: '1h', fromMs: 1 }, 'bad_user_input'],
    ['last with an end', { last: '1h', toMs: NOW }, 'bad_user_input'],
    ['an end alone', { toMs: NOW }, 'bad_user_input'],
    ['no length', { last: '0m' }, 'bad_user_input'],
    ['an unknown unit', { last: '3y' }, 'bad_user_input'],
    ['a fraction', { last: '1.5h' }, 'bad_user_input'],
    ['no time', { fromMs: Number.NaN }, 'bad_user_input'],
    ['an empty range', { fromMs: NOW, toMs: NOW }, 'bad_user_input'],
    ['a reversed range', { fromMs: NOW, toMs: NOW - 1 }, 'bad_user_input'],
    ['a beginning in the future', { fromMs: NOW + 1 }, 'bad_user_input'],
    ['the year 9999', { fromMs: NOW, toMs: Date.UTC(9999, 0) }, 'bad_user_input'],
    ['before 1970', { fromMs: -1 }, 'bad_user_input'],
    ['more than five years', { last: '1831d' }, 'range_too_long'],
    ['a length past 1970', { last: '999999999w' }, 'range_too_long'],
  ])('refuses %s', (_name, range, code) => expect(refusal(range)).toMatch(new RegExp(`^${code}: `)))
})
