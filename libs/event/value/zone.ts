/** What stands for a missing zone when the source tells none. */
export const DEFAULT_TIME_ZONE = 'UTC'

const formatters = new Map<string, Intl.DateTimeFormat>()

/**
 * Milliseconds that local time in `timeZone` is ahead of UTC at the moment its clocks show `localMs` (a civil time taken as
 * UTC). Of the two moments of a repeated hour it means the first; an hour that clocks skip is read with the offset before.
 * Throws RangeError for an unknown zone: sources are checked when they are configured.
 */
export function zoneOffsetMs(timeZone: string, localMs: number): number {
  if (timeZone === DEFAULT_TIME_ZONE) return 0
  const before = offsetAt(timeZone, localMs - 86_400_000)
  const after = offsetAt(timeZone, localMs + 86_400_000)
  if (before === after) return before
  return offsetAt(timeZone, localMs - before) === before || offsetAt(timeZone, localMs - after) !== after
    ? before
    : after
}

function offsetAt(timeZone: string, utcMs: number): number {
  const part: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {}
  for (const { type, value } of formatterOf(timeZone).formatToParts(utcMs)) part[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(utcMs / 1000) * 1000
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timeZone)
  if (formatter === undefined) {
    const numeric = { year: 'numeric', month: '2-digit', day: '2-digit' } as const
    const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const
    formatter = new Intl.DateTimeFormat('en-US', { timeZone, ...numeric, ...clock })
    formatters.set(timeZone, formatter)
  }
  return formatter
}
