/** Sizes up to which a number is seconds, milliseconds or microseconds; beyond, nanoseconds. Beyond doubt from 1973 to 5138. */
const UNITS = [
  [1e11, 1e3],
  [1e14, 1],
  [1e17, 1e-3],
  [Infinity, 1e-6],
] as const
/** Smaller ones are no time of a log. */
const EARLIEST = 1e8
const NS_PER_MS = 1e6

/** A time that the wrapping of a record tells. */
export interface ToldTime {
  /** Whole epoch milliseconds. */
  readonly tsMs: number
  /** Nanoseconds within the second, as far as a number keeps them; 0 for a whole second. */
  readonly nanoseconds: number
}

/** An epoch number, also as text, whatever its unit; null for anything else. */
export function epochTime(value: unknown): ToldTime | null {
  const number = typeof value === 'string' && /^\d{1,20}(?:\.\d{1,9})?$/.test(value.trim()) ? Number(value) : value
  if (typeof number !== 'number' || !(number >= EARLIEST)) return null
  const [, factor] = UNITS.find(([below]) => number < below) ?? UNITS[3]
  return timeOfMs(number * factor)
}

/** An ISO time with a zone; null for anything else. */
export function isoTime(value: unknown): ToldTime | null {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT[\d:.]{8,18}(?:Z|[+-]\d\d:\d\d)$/.test(value)) return null
  const ms = Date.parse(value)
  return Number.isNaN(ms) ? null : timeOfMs(ms)
}

/** A double has microseconds of today, and lies a little beside them. */
function timeOfMs(ms: number): ToldTime | null {
  const microseconds = Math.round(ms * 1e3)
  const tsMs = Math.floor(microseconds / 1e3)
  if (!Number.isSafeInteger(tsMs)) return null
  return { tsMs, nanoseconds: ((tsMs % 1e3) * 1e3 + (microseconds % 1e3)) * (NS_PER_MS / 1e3) }
}
