import { decimalOf } from './decimal.js'
import { zoneOffsetMs } from './zone.js'

/** A point in time as a log told it. */
export interface Instant {
  /** Epoch milliseconds, from 0. */
  readonly ms: number
  /** True where the time is no whole second: a clock that tells only seconds may well write them with zeros behind. */
  readonly subSecond: boolean
}

const MAX_MS = 8.64e15
const ISO = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,12}))?)? ?(Z|z|[+-]\d\d(?::?\d\d)?)?$/
const CLF = /^(\d\d)\/([A-Z][a-z][a-z])\/(\d{4}):(\d\d):(\d\d):(\d\d)(?:[.,](\d{1,12}))?(?: ([+-]\d{4}))?$/
/** Month names as Apache and nginx write them. */
export const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

/**
 * The time in a trimmed text: ISO 8601, the common log format's, or an epoch number; null when it is none of them. A time
 * without a zone is local time of `timeZone` (an IANA name).
 */
export function instantOfText(trimmed: string, timeZone: string): Instant | null {
  const number = decimalOf(trimmed)
  if (number !== null) return instantOfNumber(number)
  const iso = ISO.exec(trimmed)
  if (iso !== null) return fromParts(iso[1], Number(iso[2]), iso[3], iso[4], iso[5], iso[6], iso[7], iso[8], timeZone)
  const clf = CLF.exec(trimmed)
  if (clf === null) return null
  const month = MONTHS.indexOf(clf[2] as (typeof MONTHS)[number]) + 1
  return fromParts(clf[3], month, clf[1], clf[4], clf[5], clf[6], clf[7], clf[8], timeZone)
}

/**
 * Numbers as large as today's nanoseconds lie 256 apart, so a stamp that was cut to whole milliseconds may come out up to 128 ns
 * below them, and would fall into the millisecond before. The next number above such a quotient lies a quarter of 1 µs on.
 */
const NS_SLACK_MS = 2 ** -12

/**
 * The time in an epoch number. Seconds, milliseconds, microseconds and nanoseconds lie decades of years apart for any
 * time from 1973 to 5138, so the size tells them apart without doubt (as it would not for a duration).
 */
export function instantOfNumber(value: number): Instant | null {
  if (!(value >= 0)) return null
  if (value < 1e11) return { ms: Math.round(value * 1e3), subSecond: !Number.isInteger(value) }
  if (value < 1e14) return { ms: Math.floor(value), subSecond: value % 1e3 !== 0 }
  if (value < 1e17) return { ms: Math.floor(value / 1e3), subSecond: value % 1e6 !== 0 }
  // Whole seconds of nanoseconds are multiples of 256, which numbers of that size hold exactly.
  if (value < 1e20) return { ms: Math.floor(value / 1e6 + NS_SLACK_MS), subSecond: value % 1e9 !== 0 }
  return null
}

function fromParts(
  year = '',
  month = 0,
  day = '',
  hour = '',
  minute = '',
  second = '0',
  fraction = '',
  zone: string | undefined,
  timeZone: string,
): Instant | null {
  const local = utcMs(Number(year), month, Number(day), Number(hour), Number(minute), Number(second))
  if (local === null) return null
  const offset = zone === undefined ? zoneOffsetMs(timeZone, local) : writtenOffsetMs(zone)
  if (offset === null) return null
  const ms = local - offset + Number(fraction.padEnd(3, '0').slice(0, 3))
  return ms >= 0 && ms <= MAX_MS ? { ms, subSecond: Number(fraction) > 0 } : null
}

/** Epoch ms of a civil time taken as UTC; null when there is no such time. Second 60 is a leap second. */
export function utcMs(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number | null {
  if (year < 1970 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 60) return null
  const midnight = Date.UTC(year, month - 1, day)
  if (day > 28 && midnight >= Date.UTC(year, month, 1)) return null
  return midnight + ((hour * 60 + minute) * 60 + second) * 1e3
}

/** `Z`, `+02`, `+0230` or `+02:30` as milliseconds east of Greenwich; null when there is no such zone. */
function writtenOffsetMs(zone: string): number | null {
  if (zone === 'Z' || zone === 'z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = zone.length > 3 ? Number(zone.slice(-2)) : 0
  if (hours > 23 || minutes > 59) return null
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000
}
