import * as fc from 'fast-check'
import { ladder, rowsPerSeries } from './ladder.js'
import { TIERS } from './tier.js'

const HOUR = 360
const DAY = 8_640
const [seconds, minutes, hours] = TIERS

describe('ladder', () => {
  it('reads nothing for an empty range', () => expect(ladder(6, 6, seconds)).toEqual([]))

  it('reads a short range from its own tier', () => {
    expect(ladder(3, 5, seconds)).toEqual([{ tier: '10s', from: 3, to: 5 }])
  })

  it('climbs to coarser tiers between the edges', () => {
    expect(ladder(HOUR - 6, DAY + HOUR + 6, minutes)).toEqual([
      { tier: '1h', from: HOUR, to: DAY + HOUR },
      { tier: '1m', from: HOUR - 6, to: HOUR },
      { tier: '1m', from: DAY + HOUR, to: DAY + HOUR + 6 },
    ])
  })

  it('reads no ten seconds and no minutes for thirty days', () => {
    const rungs = ladder(DAY * 5 + HOUR * 3, DAY * 35 + HOUR * 3, hours)
    expect(rungs.map(({ tier }) => tier)).toEqual(['1d', '1h', '1h'])
    expect(rowsPerSeries(rungs)).toBe(29 + 21 + 3)
  })

  it('covers every bucket exactly once, each rung on whole intervals of its tier', () => {
    const tier = fc.constantFrom(...TIERS)
    fc.assert(
      fc.property(tier, fc.nat(400_000), fc.nat(60_000), (finest, start, length) => {
        const from = start - (start % finest.width)
        const to = from + length * finest.width
        const rungs = ladder(from, to, finest).toSorted((a, b) => a.from - b.from)
        expect(rungs.length).toBeLessThanOrEqual(7)
        let reached = from
        for (const rung of rungs) {
          const width = TIERS.find(({ name }) => name === rung.tier)?.width ?? 0
          expect([rung.from, rung.from % width, rung.to % width]).toEqual([reached, 0, 0])
          reached = rung.to
        }
        expect(reached).toBe(to)
      }),
      { numRuns: 300 },
    )
  })
})
