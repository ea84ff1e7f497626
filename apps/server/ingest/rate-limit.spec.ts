import { RateLimit } from './rate-limit.js'

describe('RateLimit', () => {
  it('admits while the bucket holds anything, and lets it go into debt', () => {
    const rate = new RateLimit(100, 10)
    expect(rate.waitSeconds('a', 0)).toBe(0)
    rate.spend('a', 1_500, 0)
    expect(rate.waitSeconds('a', 0)).toBe(6)
    expect(rate.waitSeconds('a', 4_900)).toBe(1)
    expect(rate.waitSeconds('a', 5_010)).toBe(0)
  })

  it('keeps the mean rate, however the batches fall', () => {
    const rate = new RateLimit(100, 10)
    let sent = 0
    for (let ms = 0; ms < 100_000; ms += 50)
      if (rate.waitSeconds('a', ms) === 0) {
        rate.spend('a', 37, ms)
        sent += 37
      }
    expect(sent).toBeGreaterThanOrEqual(100 * 100)
    expect(sent).toBeLessThanOrEqual(100 * 110 + 37)
  })

  it('does not let one source pay for another', () => {
    const rate = new RateLimit(100, 1)
    rate.spend('a', 1_000, 0)
    expect(rate.waitSeconds('b', 0)).toBe(0)
  })

  it('is off at 0', () => {
    const rate = new RateLimit(0)
    rate.spend('a', 1e9, 0)
    expect(rate.waitSeconds('a', 0)).toBe(0)
  })

  it('does not grow with names, and does not forgive debts for it', () => {
    const rate = new RateLimit(100, 1, 10)
    for (let index = 0; index < 9; index++) rate.waitSeconds(`full ${index}`, 0)
    rate.spend('debtor', 10_000, 2_000)
    for (let index = 0; index < 5; index++) rate.waitSeconds(`new ${index}`, 3_000)
    expect(rate.waitSeconds('debtor', 3_000)).toBeGreaterThan(0)
  })
})
