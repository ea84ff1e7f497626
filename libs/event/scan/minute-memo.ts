import { MONTHS, utcMs } from '../value/instant.js'
import { COLON, DOT, MINUS, SLASH, SPACE, ZERO } from './byte-class.js'
import { isDigit } from './byte-number.js'

const LETTER_T = 0x54
const LETTER_Z = 0x5a
const PLUS = 0x2b

/**
 * Reads times of ISO 8601 and of the common log format. Neighbouring records mostly share their minute, so its bytes are
 * compared as words with those of the record before, and only the seconds are read. `ms` and `subSecond` hold the result.
 */
export class MinuteMemo {
  ms = 0
  subSecond = false
  readonly #isoWords = new Int32Array(4)
  #isoMinuteMs = -1
  readonly #clfWords = new Int32Array(6)
  #clfMinuteMs = -1

  /** Reads `YYYY-MM-DDTHH:MM:SS[.fff](Z|±HH:MM)` from `from` and returns its end; -1 leaves it to the exact path. */
  readIso(bytes: Uint8Array, words: DataView, from: number): number {
    if (from + 20 > words.byteLength || bytes[from + 16] !== COLON) return -1
    if (!this.#isIsoMinute(words, from) && !this.#learnIso(bytes, words, from)) return -1
    const second = twoDigits(bytes, from + 17)
    if (second < 0 || second > 59) return -1
    let i = from + 19
    let fraction = 0
    this.subSecond = bytes[i] === DOT
    if (this.subSecond) {
      let digits = 0
      for (i++; isDigit(bytes[i] as number); i++)
        if (digits++ < 3) fraction = fraction * 10 + (bytes[i] as number) - ZERO
      if (digits === 0 || digits > 12) return -1
      if (digits === 1) fraction *= 100
      else if (digits === 2) fraction *= 10
    }
    const isUtc = bytes[i] === LETTER_Z
    const offset = isUtc ? 0 : zoneMs(bytes, i)
    if (offset === NO_ZONE) return -1
    this.ms = this.#isoMinuteMs + second * 1000 + fraction - offset
    return this.ms < 0 ? -1 : isUtc ? i + 1 : i + 6
  }

  /** Reads the 26 bytes `dd/Mon/yyyy:HH:MM:SS ±HHMM` from `from`; false leaves it to the exact path. */
  readClf(bytes: Uint8Array, words: DataView, from: number): boolean {
    if (from + 28 > words.byteLength) return false
    if (!this.#isClfMinute(words, from) && !this.#learnClf(bytes, words, from)) return false
    const second = twoDigits(bytes, from + 18)
    if (second < 0 || second > 59 || bytes[from + 17] !== COLON) return false
    this.ms = this.#clfMinuteMs + second * 1000
    this.subSecond = false
    return this.ms >= 0
  }

  #isIsoMinute(words: DataView, from: number): boolean {
    const known = this.#isoWords
    return (
      words.getInt32(from + 12, true) === known[3] &&
      words.getInt32(from + 8, true) === known[2] &&
      words.getInt32(from + 4, true) === known[1] &&
      words.getInt32(from, true) === known[0]
    )
  }

  #learnIso(bytes: Uint8Array, words: DataView, from: number): boolean {
    const separator = bytes[from + 10]
    const isShaped = bytes[from + 4] === MINUS && bytes[from + 7] === MINUS && bytes[from + 13] === COLON
    if (!isShaped || (separator !== LETTER_T && separator !== SPACE)) return false
    const month = twoDigits(bytes, from + 5)
    const minuteMs = minuteOf(bytes, fourDigits(bytes, from), month, twoDigits(bytes, from + 8), from + 11)
    if (minuteMs < 0) return false
    this.#isoMinuteMs = minuteMs
    for (let word = 0; word < 4; word++) this.#isoWords[word] = words.getInt32(from + word * 4, true)
    return true
  }

  /** Bytes 0..16 are the minute and 20..25 the zone: words at 0, 4, 8, 12, 13 (overlapping), and 21 with 20 and 25. */
  #isClfMinute(words: DataView, from: number): boolean {
    const known = this.#clfWords
    return (
      words.getInt32(from + 13, true) === known[4] &&
      words.getInt32(from + 8, true) === known[2] &&
      words.getInt32(from + 12, true) === known[3] &&
      words.getInt32(from + 4, true) === known[1] &&
      words.getInt32(from, true) === known[0] &&
      words.getInt32(from + 22, true) === known[5] &&
      words.getInt16(from + 20, true) === this.#clfZoneHead
    )
  }

  #clfZoneHead = 0

  #learnClf(bytes: Uint8Array, words: DataView, from: number): boolean {
    const isShaped = bytes[from + 2] === SLASH && bytes[from + 6] === SLASH && bytes[from + 11] === COLON
    if (!isShaped || bytes[from + 14] !== COLON || bytes[from + 20] !== SPACE) return false
    const month = monthAt(bytes, from + 3)
    const minuteMs = minuteOf(bytes, fourDigits(bytes, from + 7), month, twoDigits(bytes, from), from + 12)
    const zone = clfZoneMs(bytes, from + 21)
    if (minuteMs < 0 || zone === NO_ZONE) return false
    this.#clfMinuteMs = minuteMs - zone
    const known = this.#clfWords
    for (let word = 0; word < 4; word++) known[word] = words.getInt32(from + word * 4, true)
    known[4] = words.getInt32(from + 13, true)
    known[5] = words.getInt32(from + 22, true)
    this.#clfZoneHead = words.getInt16(from + 20, true)
    return true
  }
}

const NO_ZONE = Number.MAX_SAFE_INTEGER

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

/** `±HH:MM` as milliseconds. */
function zoneMs(bytes: Uint8Array, from: number): number {
  if (bytes[from + 3] !== COLON) return NO_ZONE
  return offsetMs(bytes[from] as number, twoDigits(bytes, from + 1), twoDigits(bytes, from + 4))
}

function clfZoneMs(bytes: Uint8Array, from: number): number {
  return offsetMs(bytes[from] as number, twoDigits(bytes, from + 1), twoDigits(bytes, from + 3))
}

function offsetMs(sign: number, hours: number, minutes: number): number {
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
