import { load, type LoadBatch, type LoadTarget } from './loader.js'

/** Batches sent between two looks at whether it is over. */
const SLICE = 25

/** Feeds batches, round and round, as long as `trouble` lasts; answers with how many different ones were sent, and with its result. */
export async function loadWhile<T>(
  target: LoadTarget,
  trouble: Promise<T>,
  batches: readonly LoadBatch[],
): Promise<{ sent: number; result: T }> {
  const state = { over: false }
  const done = trouble.finally(() => (state.over = true))
  let fed = 0
  while (!state.over) {
    const from = fed % batches.length
    await load(target, batches.slice(from, from + SLICE), { workers: 8, deadlineMs: 300_000, answerWithinMs: 20_000 })
    fed += SLICE
  }
  return { sent: Math.min(fed, batches.length), result: await done }
}
