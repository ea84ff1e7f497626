import { QueryError } from './query-error.js'
import { BUCKET_MS } from './tier.js'
import { ZonedDays } from './zoned-days.js'

const DAY_MS = 86_400_000
/** Days are counted from a Monday, so that steps of a week begin on Mondays. */
const FIRST_MONDAY = 4

/**
 * The times between the points of a series, epoch milliseconds, ascending, around `fromMs..toMs`. Steps of whole days begin at midnight
 * in the time zone (a day may have 23 or 25 hours); shorter steps are multiples of their length since 1970 in UTC.
 */
export function edgesOf(fromMs: number, toMs: number, stepMs: number, timeZone: string | null): number[] {
  return stepMs % DAY_MS === 0 ? dayEdges(fromMs, toMs, stepMs / DAY_MS, timeZone) : evenEdges(fromMs, toMs, stepMs)
}

function evenEdges(fromMs: number, toMs: number, stepMs: number): number[] {
  const first = Math.floor(fromMs / stepMs)
  const last = Math.ceil(toMs / stepMs)
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * stepMs)
}

function dayEdges(fromMs: number, toMs: number, days: number, timeZone: string | null): number[] {
  const zone = zonedDays(timeZone)
  const edges: number[] = []
  let day = Math.floor((zone.dayOf(fromMs) - FIRST_MONDAY) / days) * days + FIRST_MONDAY
  for (; ; day += days) {
    const edge = Math.floor(zone.startOf(day) / BUCKET_MS) * BUCKET_MS
    edges.push(edge)
    if (edge >= toMs) return edges
  }
}

/** Throws QueryError for a time zone that nobody knows, also where no step needs it; null is UTC. */
export function checkTimeZone(timeZone: string | null): void {
  if (timeZone !== null) zonedDays(timeZone)
}

function zonedDays(timeZone: string | null): ZonedDays {
  try {
    return new ZonedDays(timeZone ?? 'UTC')
  } catch {
    throw new QueryError('bad_user_input', 'timeZone: not an IANA time zone such as Europe/Berlin')
  }
}
