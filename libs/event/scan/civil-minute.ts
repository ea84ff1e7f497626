import { MONTHS, utcMs } from '../value/instant.js'
import { COLON, MINUS, SLASH, SPACE, ZERO } from './byte-class.js'

const LETTER_T = 0x54
const PLUS = 0x2b
const NO_ZONE = Number.MAX_SAFE_INTEGER

/** Epoch ms of the minute `YYYY-MM-DDTHH:MM` at `from`, taken as UTC; -1: there is none. */
export function isoMinuteMs(bytes: Uint8Array, from: number): number {
  const separator = bytes[from + 10]
  const isShaped = bytes[from + 4] === MINUS && bytes[from + 7] === MINUS && bytes[from + 13] === COLON
  if (!isShaped || (separator !== LETTER_T && separator !== SPACE)) return -1
  return minuteOf(bytes, fourDigits(bytes, from), twoDigits(bytes, from + 5), twoDigits(bytes, from + 8), from + 11)
}

/** Epoch ms of the minute in `dd/Mon/yyyy:HH:MM:SS ±HHMM` at `from`; -1: there is none. */
export function clfMinuteMs(bytes: Uint8Array, from: number): number {
  const isShaped = bytes[from + 2] === SLASH && bytes[from + 6] === SLASH && bytes[from + 11] === COLON
  if (!isShaped || bytes[from + 14] !== COLON || bytes[from + 20] !== SPACE) return -1
  const month = monthAt(bytes, from + 3)
  const minuteMs = minuteOf(bytes, fourDigits(bytes, from + 7), month, twoDigits(bytes, from), from + 12)
  const zone = clfZoneMs(bytes, from + 21)
  // A minute before 1970 is none either.
  return minuteMs < 0 || zone === NO_ZONE ? -1 : Math.max(-1, minuteMs - zone)
}

/** Epoch ms of a minute whose hour and minute are written at `clock` as `HH:MM`; -1 where there is none. */
function minuteOf(bytes: Uint8Array, year: number, month: number, day: number, clock: number): number {
  const hour = twoDigits(bytes, clock)
  const minute = twoDigits(bytes, clock + 3)
  if (year < 0 || day < 0 || hour < 0 || minute < 0) return -1
  return utcMs(year, month, day, hour, minute, 0) ?? -1
}

function monthAt(bytes: Uint8Array, from: number): number {
  const [a = 0, b = 0, c = 0] = bytes.subarray(from, from + 3)
  return (
    MONTHS.findIndex((month) => month.charCodeAt(0) === a && month.charCodeAt(1) === b && month.charCodeAt(2) === c) + 1
  )
}

/** `±HHMM` as milliseconds. */
function clfZoneMs(bytes: Uint8Array, from: number): number {
  const sign = bytes[from]
  const hours = twoDigits(bytes, from + 1)
  const minutes = twoDigits(bytes, from + 3)
  if ((sign !== PLUS && sign !== MINUS) || hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return NO_ZONE
  return (sign === MINUS ? -1 : 1) * (hours * 60 + minutes) * 60_000
}

function twoDigits(bytes: Uint8Array, from: number): number {
  const tens = (bytes[from] as number) - ZERO
  const ones = (bytes[from + 1] as number) - ZERO
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1
}

function fourDigits(bytes: Uint8Array, from: number): number {
  const head = twoDigits(bytes, from)
  const tail = twoDigits(bytes, from + 2)
  return head < 0 || tail < 0 ? -1 : head * 100 + tail
}
