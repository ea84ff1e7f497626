import { serviceTimes, type SourceTimes } from './watermark.js'

const NOW = Date.UTC(2026, 0, 5)
const MINUTE = 60_000
const source = (behindMs: number, arrivedAgoMs = 0, usualGapMs: number | null = null): SourceTimes => ({
  watermarkMs: NOW - behindMs,
  lastArrivalMs: NOW - arrivedAgoMs,
  usualGapMs,
})

describe('serviceTimes', () => {
  const cases: readonly (readonly [
    sentence: string,
    sources: SourceTimes[],
    behindMs: number,
    silentForMs: number | null,
  ])[] = [
    ['one source that speaks decides', [source(2000)], 2000, null],
    ['the slowest of two decides', [source(2000), source(90_000)], 90_000, null],
    [
      'one that has been idle for more than a minute holds nobody back',
      [source(2000), source(90_000, 61_000)],
      2000,
      null,
    ],
    ['unless its usual gap is longer', [source(2000), source(90_000, 61_000, 30_000)], 90_000, null],
    ['one that is too late for alerts holds nobody back', [source(2000), source(16 * MINUTE)], 2000, null],
    ['one that is too late is not silent', [source(16 * MINUTE)], 16 * MINUTE, null],
    [
      'when all are idle, silence began with the last arrival',
      [source(70_000, 65_000), source(99_000, 95_000)],
      70_000,
      65_000,
    ],
    ['a watermark in the future is not believed', [source(-5 * MINUTE)], 0, null],
  ]
  it.each(cases)('%s', (_sentence, sources, behindMs, silentForMs) => {
    expect(serviceTimes(sources, NOW)).toEqual({
      watermarkMs: NOW - behindMs,
      silentSinceMs: silentForMs === null ? null : NOW - silentForMs,
    })
  })
})
