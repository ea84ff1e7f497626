import { setImmediate as nextTurn } from 'node:timers/promises'

/** A step may take so long before others have their turn; a request is not kept waiting for much longer. */
const LONGEST_MS = 8

/** Rows between two looks at the clock. */
export const STEP = 256

/** Shares the thread with the requests: a long page of /metrics would otherwise hold up every acknowledgement. */
export class Turns {
  private sinceMs = performance.now()

  /** To be called between two steps: lets the others go first where the last time is long ago. */
  async next(): Promise<void> {
    if (performance.now() - this.sinceMs < LONGEST_MS) return
    await nextTurn()
    this.sinceMs = performance.now()
  }
}
