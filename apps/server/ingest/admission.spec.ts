import { Admission } from './admission.js'
import { BodyTraffic, type Durable } from './testing/body-traffic.js'

const LIMITS = { answerMs: 2, leastBodies: 64 }
const NORMAL = LIMITS.leastBodies

const traffic = (bytes?: number, busy = 1): BodyTraffic => new BodyTraffic(new Admission(LIMITS, () => busy), bytes)

/** Numbers from 0 to 1, the same ones each time. */
const numbers = (): (() => number) => {
  let last = 7
  return () => (last = (last * 48_271) % 2_147_483_647) / 2_147_483_647
}

/** A machine of which other programs take a part, another one every quarter of a second. */
const shared = (rate: number): (() => Durable) => {
  const next = numbers()
  return () => ({ rate: rate * (0.2 + 0.8 * next()), commitMs: 2 })
}

/** What comes: single events, and batches, on a fast machine, a slow one, and one that is shared. */
const SHAPES: readonly (readonly [string, Durable | (() => Durable)])[] = [
  ['single events', { rate: 12_000, commitMs: 2 }],
  ['single events, slow', { rate: 1_500, commitMs: 15 }],
  ['single events, shared', shared(12_000)],
  ['batches', { rate: 700, commitMs: 5 }],
  ['batches, slow', { rate: 120, commitMs: 20 }],
  ['batches, shared', shared(700)],
]

/** How many are refused behind a commit that suddenly takes thirty times as long. */
const refusedByAStall = (busy: number): number => {
  const small = traffic(1_000, busy)
  small.join('edge', 3 * NORMAL)
  small.run(5, { rate: 120_000, commitMs: 2 })
  small.run(10, { rate: 120_000, commitMs: 60 })
  return small.refused
}

describe.each(SHAPES)('Admission: %s', (_what, durable) => {
  it('keeps three times the senders within twice the time, and as many answers', () => {
    const normal = traffic()
    normal.join('edge', NORMAL)
    normal.run(20, durable)
    expect(normal.refused).toBe(0)
    const usualMs = normal.within(0.99)
    const usual = normal.answered
    normal.join('edge', 2 * NORMAL)
    normal.run(5, durable)
    normal.run(30, durable)
    expect(normal.refused).toBeGreaterThan(0)
    expect(normal.within(0.99)).toBeLessThanOrEqual(2 * usualMs)
    expect(normal.answered).toBeGreaterThan(1.4 * usual)
  })

  it('does so where it began under the load, and refuses nobody when that is over', () => {
    const over = traffic()
    over.join('edge', 3 * NORMAL)
    over.run(30, durable)
    expect(over.refused).toBeGreaterThan(0)
    over.run(30, durable)
    const overMs = over.within(0.99)
    over.stay(NORMAL)
    over.run(5, durable)
    over.run(20, durable)
    expect(over.refused).toBe(0)
    expect(overMs).toBeLessThanOrEqual(2 * over.within(0.99))
  })
})

describe('Admission', () => {
  it('never refuses the least number of bodies, however slow the answers', () => {
    const slow = traffic()
    slow.join('edge', NORMAL)
    slow.run(10, { rate: 5_000 })
    slow.run(20, { rate: 10 })
    expect(slow.refused).toBe(0)
    expect(slow.within(0.5)).toBeGreaterThan(1_000)
  })

  it('refuses nobody where a commit takes long, and no longer with more', () => {
    const far = traffic()
    far.join('edge', NORMAL)
    far.run(10, { rate: 50_000, commitMs: 40 })
    far.join('edge', 9 * NORMAL)
    far.run(10, { rate: 50_000, commitMs: 40 })
    expect(far.refused).toBe(0)
  })

  it('refuses nobody while answers are quick', () => {
    const quick = traffic()
    quick.join('edge', 1)
    quick.run(5, { rate: 1e6 })
    quick.join('edge', 3 * NORMAL)
    quick.run(5, { rate: 120_000 })
    expect(quick.within(0.5)).toBeGreaterThan(1)
    expect(quick.refused).toBe(0)
  })

  it('lets small bodies in behind a commit that suddenly takes long, while the process has time', () => {
    expect(refusedByAStall(0.2)).toBe(0)
    expect(refusedByAStall(0.9)).toBeGreaterThan(0)
  })

  it('does not take for usual what a server that has just begun needs for its first answers', () => {
    const cold = traffic()
    cold.join('edge', 3)
    cold.run(0.75, { rate: 8 })
    cold.join('edge', 3 * NORMAL)
    cold.run(20, { rate: 700 })
    expect(cold.refused).toBeGreaterThan(0)
  })

  it('learns that all commits take longer now', () => {
    const slower = traffic()
    slower.join('edge', NORMAL)
    slower.run(5, { rate: 120_000, commitMs: 2 })
    slower.join('edge', 2 * NORMAL)
    slower.run(30, { rate: 120_000, commitMs: 60 })
    expect(slower.refused).toBeGreaterThan(0)
    slower.run(20, { rate: 120_000, commitMs: 60 })
    expect(slower.refused).toBe(0)
  })

  it('lets in whatever comes within a second, and works it off', () => {
    const bursts = traffic()
    bursts.join('edge', 5)
    bursts.run(5, { rate: 600 })
    for (let burst = 0; burst < 10; burst++) {
      for (let tenth = 0; tenth < 10; tenth++) {
        expect(bursts.burst('edge', 80)).toBe(80)
        bursts.run(0.1, { rate: 600 })
        expect(bursts.refused).toBe(0)
      }
      bursts.run(3 + burst / 30, { rate: 600 })
    }
  })

  it('lets in few while nothing is answered at all', () => {
    const hung = traffic()
    for (let tenth = 0; tenth < 150; tenth++) {
      hung.wait(0.1)
      hung.burst('edge', 1)
    }
    expect(hung.admission.limit).toBe(LIMITS.leastBodies)
  })

  it('opens again when the load is over', () => {
    const over = traffic()
    over.join('edge', 300)
    over.run(10, { rate: 600 })
    expect(over.admission.limit).toBeLessThan(2 * NORMAL)
    over.stay(0)
    over.workOff(600)
    for (let second = 0; second < 10; second++) {
      over.wait(1)
      over.burst('edge', 10)
      over.workOff(600)
    }
    expect(over.burst('edge', 300)).toBe(300)
  })

  it('leaves room for other sources than the one that sends too much', () => {
    const flood = traffic()
    flood.join('flood', 300)
    flood.run(10, { rate: 600 })
    expect(flood.burst('flood', 300)).toBeLessThan(300)
    expect(flood.burst('edge', 5)).toBe(5)
  })

  it('keeps to the limit when every sender is a source of its own', () => {
    const many = traffic()
    for (let edge = 0; edge < 300; edge++) many.join(`edge-${edge}`, 1)
    many.run(5, { rate: 600 })
    many.run(20, { rate: 600 })
    expect(many.within(0.99)).toBeLessThanOrEqual((2 * 1_000 * NORMAL) / 600)
    expect(many.refused).toBeGreaterThan(0)
  })

  it('gives no place to bodies that wait for their senders', () => {
    const load = traffic()
    const { admission } = load
    for (let body = 0; body < 500; body++) {
      expect(admission.enter('far', 0, 0)).toBe(true)
      admission.waitForSender('far')
    }
    load.join('edge', NORMAL)
    load.run(10, { rate: 600 })
    expect(load.refused).toBe(0)
    load.join('edge', 2 * NORMAL)
    load.run(20, { rate: 600 })
    expect(load.refused).toBeGreaterThan(0)
    expect(admission.size).toBeGreaterThan(500 + NORMAL / 2)
    for (let body = 0; body < 500; body++) admission.goOn('far')
    expect(load.burst('quiet', 5)).toBe(5)
    for (let body = 0; body < 500; body++) admission.leave('far', 0)
    expect(admission.size).toBeLessThan(3 * NORMAL)
  })

  it('takes two thousand at most, whatever they hold and wherever they wait', () => {
    const { admission } = traffic(0)
    for (let body = 0; body < 1_000; body++) {
      admission.enter('far', 0, 0)
      admission.waitForSender('far')
    }
    expect(new BodyTraffic(admission, 0).burst('edge', 3_000)).toBe(1_000)
  })
})
