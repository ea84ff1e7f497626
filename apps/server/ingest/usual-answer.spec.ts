import { UsualAnswer } from './usual-answer.js'

const learnt = (...windows: readonly (readonly [times: number, ms: number, share: number])[]): number => {
  const usual = new UsualAnswer()
  for (const [times, ms, share] of windows) for (let time = 0; time < times; time++) usual.learn(ms, share)
  return usual.ms
}

describe('UsualAnswer', () => {
  it('knows nothing at first, then what it saw', () => {
    expect(learnt()).toBe(0)
    expect(learnt([5, 20, 1])).toBeCloseTo(20)
    expect(learnt([50, 20, 0.1])).toBeCloseTo(20)
  })

  it('goes by nothing that was seen only for a moment, as the first answers of a server are slow', () => {
    expect(learnt([3, 900, 1])).toBe(0)
    expect(learnt([1, 900, 1], [20, 9, 1])).toBeLessThan(14)
  })

  it('follows full windows within seconds, and hardly those with little load', () => {
    expect(learnt([10, 4, 1], [40, 40, 1])).toBeGreaterThan(38)
    expect(learnt([10, 4, 1], [40, 40, 0.02])).toBeLessThan(5)
  })

  it('is hardly moved by a single stall', () => {
    expect(learnt([10, 4, 1], [1, 500, 1])).toBeLessThan(7)
  })
})
