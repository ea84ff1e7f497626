import { untilNextBeat } from './rhythm.js'

describe('untilNextBeat', () => {
  const cases: readonly (readonly [sentence: string, now: number, offsetMs: number, waitMs: number])[] = [
    ['from the start of a slot to its beat', 100_000, 2500, 2500],
    ['from just before a beat', 102_499, 2500, 1],
    ['from a beat to the next', 102_500, 2500, 10_000],
    ['from just after a beat', 102_501, 2500, 9999],
    ['from a little more than a slot late', 113_000, 2500, 9500],
    ['without an offset', 100_001, 0, 9999],
    ['before 1970', -1, 0, 1],
  ]
  it.each(cases)('%s', (_sentence, now, offsetMs, waitMs) => {
    expect(untilNextBeat(now, 10_000, offsetMs)).toBe(waitMs)
  })
})
