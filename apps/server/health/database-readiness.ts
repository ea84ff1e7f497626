import type { Clock } from '#platform'
import { readBacklog, type Database } from '#store'
import { Fresh } from '../metrics/fresh.js'
import type { Readiness } from './health.js'

/** Folding takes milliseconds; a delta this old means that nobody folds, or not fast enough. */
const LONGEST_WAIT_MS = 60_000
const MAX_AGE_MS = 1_000

/** Ready while the database runs, answers, and what was acknowledged is folded soon. */
export function databaseReadiness(
  { pool, trouble }: Pick<Database, 'pool'> & { readonly trouble: () => string | null },
  clock: Clock,
): Readiness {
  const backlog = new Fresh(
    () => readBacklog(pool),
    MAX_AGE_MS,
    () => clock.monotonicMs(),
  )
  return async () => {
    const away = trouble()
    if (away !== null) return away
    try {
      const { oldestMs } = await backlog.get()
      return oldestMs > LONGEST_WAIT_MS ? `the fold is ${Math.round(oldestMs / 1_000)} s behind` : null
    } catch {
      return trouble() ?? 'the database does not answer'
    }
  }
}
