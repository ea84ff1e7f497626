/** What `timeFromText` takes, for those who sent something else. */
export const TIME_FORMS =
  'an ISO 8601 time with Z or an offset such as 2026-05-20T12:00:00Z, a day such as 2026-05-20 (midnight UTC), or epoch milliseconds (13 digits)'

/** Fewer digits are seconds, or a date without hyphens; as milliseconds all of them lie in January 1970. */
const EPOCH_MS = /^\d{13}$/
const DAY = /^(\d{4})-(\d{2})-(\d{2})/
const CLOCK = /^T(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:Z|([+-])(\d{2})(?::?(\d{2}))?)$/i

/**
 * The moment that a text means, or null. The parser of the language would take a time without a zone for one of the server's own zone, and
 * the 30th of February for the 2nd of March.
 */
export function timeFromText(text: string): Date | null {
  if (EPOCH_MS.test(text)) return new Date(Number(text))
  const dayMs = dayFrom(text)
  const clockMs = text.length === 10 ? 0 : clockFrom(text.slice(10))
  return dayMs === null || clockMs === null ? null : new Date(dayMs + clockMs)
}

/** Midnight of a day that the calendar has, epoch milliseconds. */
function dayFrom(text: string): number | null {
  const [whole, year, month, day] = DAY.exec(text) ?? []
  if (whole === undefined) return null
  const ms = Date.UTC(Number(year), Number(month) - 1, Number(day))
  return new Date(ms).toISOString().slice(0, 10) === whole ? ms : null
}

/** Milliseconds after midnight UTC; an offset can make them negative. */
function clockFrom(text: string): number | null {
  const [whole, hour, minute, second = '0', fraction = '', sign, offsetHour = '0', offsetMinute = '0'] =
    CLOCK.exec(text) ?? []
  if (whole === undefined || Number(second) > 59) return null
  const wallMinutes = minutesOf(Number(hour), Number(minute))
  const offsetMinutes = minutesOf(Number(offsetHour), Number(offsetMinute))
  if (wallMinutes === null || offsetMinutes === null) return null
  const minutes = wallMinutes - (sign === '-' ? -offsetMinutes : offsetMinutes)
  return (minutes * 60 + Number(second)) * 1_000 + Number(fraction.padEnd(3, '0').slice(0, 3))
}

function minutesOf(hours: number, minutes: number): number | null {
  return hours > 23 || minutes > 59 ? null : hours * 60 + minutes
}
