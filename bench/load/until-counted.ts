import { setTimeout as wait } from 'node:timers/promises'
import { readMetrics } from './totals.js'

/** Counts become visible within 2 s of the acknowledgement; waiting ends at ten times that. */
const VISIBLE_WITHIN_MS = 20_000

/** Milliseconds until the totals are what was acknowledged; throws where they are more, or are not within the deadline. */
export const pollUntilCounted = async (url: string, source: string, acknowledged: number): Promise<number> => {
  const beganAt = performance.now()
  for (;;) {
    const { counted } = await readMetrics(url, source)
    const passedMs = performance.now() - beganAt
    if (counted === acknowledged) return passedMs
    if (counted > acknowledged || passedMs > VISIBLE_WITHIN_MS) {
      throw new Error(
        `acknowledged were ${acknowledged} events, /metrics counts ${counted} after ${Math.round(passedMs)} ms`,
      )
    }
    await wait(50)
  }
}
