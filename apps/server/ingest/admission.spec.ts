import { Admission } from './admission.js'

const MIB = 1024 * 1024
const LIMITS = { answerMs: 75, leastBodies: 8 }

/** Senders that come again as soon as they are answered, `rate` bodies a second being made durable. */
class Traffic {
  readonly admission = new Admission(LIMITS, () => this.busy)
  private nowMs = 0
  private waiting: { source: string; sinceMs: number }[] = []
  private done = 0
  refused = 0
  /** Of the last run. */
  longestMs = 0

  constructor(
    private readonly senders: Readonly<Record<string, number>>,
    private readonly usedBytes = 64 * MIB,
    private readonly busy = 0,
  ) {}

  run(seconds: number, rate: number): void {
    this.refused = this.longestMs = 0
    const stepMs = 10
    for (const endMs = this.nowMs + seconds * 1_000; this.nowMs < endMs; this.nowMs += stepMs) {
      this.arrive()
      this.answer((rate * stepMs) / 1_000)
    }
  }

  /** `bodies` of one source at the same instant, once. */
  burst(source: string, bodies: number): number {
    let entered = 0
    for (let body = 0; body < bodies; body++) entered += Number(this.enter(source))
    return entered
  }

  wait(seconds: number): void {
    this.nowMs += seconds * 1_000
  }

  workOff(rate: number): void {
    while (this.waiting.length > 0) {
      this.answer(rate / 100)
      this.nowMs += 10
    }
  }

  underWay(source: string): number {
    return this.waiting.filter((body) => body.source === source).length
  }

  private arrive(): void {
    for (const [source, wanted] of Object.entries(this.senders))
      for (let missing = wanted - this.underWay(source); missing > 0; missing--) if (!this.enter(source)) this.refused++
  }

  private enter(source: string): boolean {
    if (!this.admission.enter(source, this.usedBytes, this.nowMs)) return false
    this.waiting.push({ source, sinceMs: this.nowMs })
    return true
  }

  private answer(bodies: number): void {
    this.done += bodies
    for (const { source, sinceMs } of this.waiting.splice(0, Math.floor(this.done))) {
      const tookMs = this.nowMs + 10 - sinceMs
      this.longestMs = Math.max(this.longestMs, tookMs)
      this.admission.answered(tookMs)
      this.admission.leave(source, this.nowMs)
    }
    this.done %= 1
  }
}

describe('Admission', () => {
  it('refuses nobody while answers come in time', () => {
    const traffic = new Traffic({ edge: 30 })
    traffic.run(10, 600)
    expect(traffic.refused).toBe(0)
  })

  it('never refuses the least number of bodies, however slow the answers', () => {
    const traffic = new Traffic({ edge: LIMITS.leastBodies })
    traffic.run(10, 5)
    expect(traffic.refused).toBe(0)
    expect(traffic.longestMs).toBeGreaterThan(10 * LIMITS.answerMs)
  })

  it('keeps answers of those whom it lets in to the time, when more come than can be answered', () => {
    const traffic = new Traffic({ edge: 300 })
    traffic.run(5, 600)
    traffic.run(60, 600)
    expect(traffic.longestMs).toBeLessThanOrEqual(1.5 * LIMITS.answerMs)
    expect(traffic.refused).toBeGreaterThan(0)
    expect(traffic.underWay('edge')).toBeGreaterThan(20)
  })

  it('lets a burst in and what is worked off within a second', () => {
    const traffic = new Traffic({})
    for (let second = 0; second < 20; second++) {
      expect(traffic.burst('edge', 300)).toBe(300)
      traffic.workOff(600)
      traffic.wait(0.5)
    }
  })

  it('lets in few while nothing is answered at all', () => {
    const traffic = new Traffic({})
    for (let tenth = 0; tenth < 50; tenth++) {
      traffic.wait(0.1)
      traffic.burst('edge', 1)
    }
    expect(traffic.admission.limit).toBe(LIMITS.leastBodies)
  })

  it('opens again when the load is over', () => {
    const traffic = new Traffic({ edge: 300 })
    traffic.run(10, 600)
    expect(traffic.admission.limit).toBeLessThan(100)
    traffic.workOff(600)
    traffic.wait(1)
    for (let second = 0; second < 10; second++) {
      traffic.burst('edge', 10)
      traffic.workOff(600)
      traffic.wait(1)
    }
    expect(traffic.burst('edge', 300)).toBe(300)
  })

  it('leaves room for other sources than the one that sends too much', () => {
    const traffic = new Traffic({ flood: 300 })
    traffic.run(10, 600)
    expect(traffic.burst('flood', 300)).toBeLessThan(300)
    expect(traffic.burst('edge', 5)).toBe(5)
  })

  it('keeps to the limit when every sender is a source of its own', () => {
    const traffic = new Traffic(Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`edge-${n}`, 1])))
    traffic.run(5, 600)
    traffic.run(10, 600)
    expect(traffic.longestMs).toBeLessThanOrEqual(2 * LIMITS.answerMs)
    expect(traffic.refused).toBeGreaterThan(0)
  })

  it('counts bodies that hold next to nothing while the process is busy', () => {
    const traffic = new Traffic({ edge: 300 }, 1_000, 0.9)
    traffic.run(5, 600)
    traffic.run(20, 600)
    expect(traffic.longestMs).toBeLessThanOrEqual(1.5 * LIMITS.answerMs)
    expect(traffic.refused).toBeGreaterThan(0)
  })

  it('does not count bodies while they hold next to nothing and the process has time', () => {
    const traffic = new Traffic({ edge: 300 }, 1_000)
    traffic.run(10, 600)
    expect(traffic.refused).toBe(0)
  })

  it('takes two thousand at most, whatever they hold', () => {
    expect(new Traffic({}, 0).burst('edge', 3_000)).toBe(2_000)
  })
})
