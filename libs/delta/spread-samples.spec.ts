import * as fc from 'fast-check'
import { spreadSamples, type Placed } from './spread-samples.js'

const ROOMY = { perSlot: 1000, all: 1000 }
const MINUTE_MS = 60_000
const slotOf = ({ atMs }: Placed): number => Math.floor(atMs / 10_000)
const bySeries = ({ series }: Placed): number => series

/** The rule as one would say it: among the three newest of its series' minute, or newest of its series' ten seconds. */
const isWorthKeeping = (sample: Placed, all: readonly Placed[]): boolean => {
  const newer = all.filter(({ series, atMs }) => series === sample.series && atMs > sample.atMs)
  const inMinute = newer.filter(({ atMs }) => Math.floor(atMs / MINUTE_MS) === Math.floor(sample.atMs / MINUTE_MS))
  return inMinute.length < 3 || !newer.some((other) => slotOf(other) === slotOf(sample))
}

const oldestFirst = (samples: readonly Placed[]): Placed[] => samples.toSorted((a, b) => a.atMs - b.atMs)

/** No two at the same time, so that there is one answer. */
const samples = fc
  .uniqueArray(fc.integer({ min: 0, max: 4 * MINUTE_MS }), { maxLength: 80, size: 'max' })
  .chain((times) => fc.tuple(...times.map((atMs) => fc.record({ series: fc.nat(2), atMs: fc.constant(atMs) }))))

describe('samples of many minutes', () => {
  it('are the newest of every series in every minute and ten seconds, in whatever parts and order they come', () => {
    fc.assert(
      fc.property(samples, fc.nat(6), (given, parts) => {
        const whole = oldestFirst(given.filter((sample) => isWorthKeeping(sample, given)))
        let sum: readonly Placed[] = []
        for (let part = 0; part <= parts; part++) {
          const own = given.filter((_, at) => at % (parts + 1) === part)
          sum = spreadSamples([...sum, ...spreadSamples(own, ROOMY, bySeries)], ROOMY, bySeries)
        }
        expect(oldestFirst(sum)).toEqual(whole)
      }),
      { numRuns: 300 },
    )
  })

  it('never need more than the room there is, which all ten seconds share', () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 3, max: 40 }), (given, perSlot, all) => {
        const kept = spreadSamples(given, { perSlot, all }, bySeries)
        expect(kept.length).toBeLessThanOrEqual(all)
        const [held, told] = [kept, given].map((rows) => [...new Set(rows.map(slotOf))].sort((a, b) => b - a))
        for (const slot of held!) expect(kept.filter((row) => slotOf(row) === slot).length).toBeLessThanOrEqual(perSlot)
        expect(held).toEqual(told!.slice(0, held!.length))
        expect(held!.length).toBeGreaterThanOrEqual(Math.min(told!.length, Math.floor(all / 3)))
      }),
      { numRuns: 300 },
    )
  })

  it('tell of every kind of trouble before any has its second sample', () => {
    const given = Array.from({ length: 60 }, (_, series) => ({ series, atMs: series }))
    const kept = spreadSamples(given, { perSlot: 6, all: 100 }, ({ series }) => Math.max(0, series - 56))
    expect(kept.map(({ series }) => series).toSorted((a, b) => a - b)).toEqual([54, 55, 56, 57, 58, 59])
  })
})
