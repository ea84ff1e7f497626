import { setTimeout as sleep } from 'node:timers/promises'
import { SystemClock } from '#platform'

/** How long to wait, how often to look, and what for. */
export interface PollOptions {
  readonly deadlineMs: number
  readonly everyMs?: number
  /** Ends the sentence "waited in vain for …". */
  readonly what: string
}

/**
 * Asks until the answer is neither false, undefined nor null, and returns it. An exception counts as "not yet".
 * Throws after the deadline, naming what was awaited and the last answer.
 */
export async function pollUntil<T>(
  ask: () => T | Promise<T>,
  options: PollOptions,
): Promise<Exclude<T, false | undefined | null>> {
  const clock = new SystemClock()
  const startedMs = clock.monotonicMs()
  for (;;) {
    const answer = await attempt(ask)
    if (answer.found) return answer.value
    if (clock.monotonicMs() - startedMs >= options.deadlineMs) {
      throw new Error(`waited in vain for ${options.what} (${options.deadlineMs} ms); last: ${answer.reason}`)
    }
    await sleep(options.everyMs ?? 20)
  }
}

type Answer<T> = { found: true; value: Exclude<T, false | undefined | null> } | { found: false; reason: string }

async function attempt<T>(ask: () => T | Promise<T>): Promise<Answer<T>> {
  try {
    const value = await ask()
    if (value === false || value === undefined || value === null) return { found: false, reason: String(value) }
    return { found: true, value: value as Exclude<T, false | undefined | null> }
  } catch (error) {
    return { found: false, reason: String(error) }
  }
}
