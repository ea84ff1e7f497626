import { LATE } from '../within.js'

/** One of a ring of waits, in the order in which they end. */
class Wait {
  next: Wait = this
  before: Wait = this

  constructor(
    readonly untilMs: number,
    readonly giveUp: (late: typeof LATE) => void,
  ) {}

  /** Goes to the end of the ring of `first`. */
  join(first: Wait): void {
    this.next = first
    this.before = first.before
    first.before.next = this
    first.before = this
  }

  /** Keeps no hold of its neighbours: once they are old, the collector would take them for used through each other. Returns `result`. */
  leave<T>(result: T): T {
    this.before.next = this.next
    this.next.before = this.before
    this.next = this.before = this
    return result
  }
}

/**
 * Bounds many waits by the same time: what `within` does, with one timer for all of them. They are in a ring and no `Set`: one that thousands
 * go through each second is copied all the time, each copy holds the next one, and with the old ones everything in them outlives its use.
 */
export class Patience {
  private readonly ring = new Wait(Infinity, () => undefined)
  private timer: NodeJS.Timeout | null = null

  constructor(private readonly limitMs: number) {}

  /** Resolves and rejects as the work does, or to `LATE` when the time is over. The work goes on all the same. */
  within<T>(work: Promise<T>): Promise<T | typeof LATE> {
    return new Promise((resolve, reject) => {
      const wait = new Wait(performance.now() + this.limitMs, resolve)
      wait.join(this.ring)
      this.timer ??= setTimeout(this.look, this.limitMs).unref()
      // Settled or late, the wait is over; a second resolve is nothing.
      work.then(
        (result) => resolve(wait.leave(result)),
        (error: unknown) => reject(wait.leave(error as Error)),
      )
    })
  }

  private readonly look = (): void => {
    this.timer = null
    const nowMs = performance.now()
    for (let wait = this.ring.next; wait !== this.ring; wait = this.ring.next) {
      if (wait.untilMs > nowMs) {
        this.timer = setTimeout(this.look, wait.untilMs - nowMs).unref()
        return
      }
      wait.giveUp(wait.leave(LATE))
    }
  }
}
