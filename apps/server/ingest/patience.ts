import { LATE } from '../within.js'

interface Wait {
  readonly untilMs: number
  readonly giveUp: () => void
}

/** Bounds many waits by the same time: what `within` does, with one timer for all of them. */
export class Patience {
  /** In the order in which they end. */
  private readonly waits = new Set<Wait>()
  private timer: NodeJS.Timeout | null = null

  constructor(private readonly limitMs: number) {}

  /** Resolves and rejects as the work does, or to `LATE` when the time is over. The work goes on all the same. */
  within<T>(work: Promise<T>): Promise<T | typeof LATE> {
    return new Promise((resolve, reject) => {
      const wait: Wait = { untilMs: performance.now() + this.limitMs, giveUp: () => resolve(LATE) }
      this.waits.add(wait)
      this.timer ??= setTimeout(this.look, this.limitMs).unref()
      work.then(resolve, reject)
      // Settled or late, the wait is over; a second resolve is nothing.
      const end = (): boolean => this.waits.delete(wait)
      work.then(end, end)
    })
  }

  private readonly look = (): void => {
    this.timer = null
    const nowMs = performance.now()
    for (const wait of this.waits) {
      if (wait.untilMs > nowMs) {
        this.timer = setTimeout(this.look, wait.untilMs - nowMs).unref()
        return
      }
      this.waits.delete(wait)
      wait.giveUp()
    }
  }
}
