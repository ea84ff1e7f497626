import { setTimeout as sleep } from 'node:timers/promises'
import { SystemClock } from '../clock.js'

/** Asks again and again until the answer is true or the time is over; returns the last answer. */
export async function becomesTrue(ask: () => boolean, withinMs: number, everyMs = 10): Promise<boolean> {
  const clock = new SystemClock()
  const deadlineMs = clock.monotonicMs() + withinMs
  for (;;) {
    if (ask()) return true
    if (clock.monotonicMs() >= deadlineMs) return false
    await sleep(everyMs)
  }
}
