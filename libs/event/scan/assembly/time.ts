import { COLON, DOT, isDigit, MINUS, ZERO } from './bytes'
import { clfMinute, isoMinute } from './host'

/*
 * Neighbouring records mostly share their minute, so its bytes are compared as a whole with those last met that end in the
 * same digit, and only the seconds are read. What is met first is read by the host.
 */
const MEMOS: i32 = 16
const ISO_KEYS: usize = memory.data(256, 16)
const ISO_MINUTES: usize = memory.data(128, 16)
const CLF_KEYS: usize = memory.data(512, 16)
const CLF_MINUTES: usize = memory.data(128, 16)

/*
 * Before the first time is stored all keys are zeros, and 16 zero bytes are no minute: the key of the one slot that they would
 * be looked up in ends in a byte of another slot. Of a common log time the keys hold a colon, so that no zeros are looked up.
 */
store<u8>(ISO_KEYS, 1, 15)

const LETTER_Z: i32 = 0x5a
const PLUS: i32 = 0x2b
const NO_ZONE: i32 = i32.MAX_VALUE
/** Leaves out the seconds of `2026:11:00:59 +00`. */
const CLF_TAIL_MASK: v128 = v128(-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, -1, -1, -1, -1, -1, -1)

/** What the last time that was read tells. */
export let ms: f64 = 0
export let subSecond: bool = false

/** Reads `YYYY-MM-DDTHH:MM:SS[.fff](Z|±HH:MM)` from `from` and returns its end; 0 leaves it to the exact path. */
export function readIso(from: usize): usize {
  if (<i32>load<u8>(from, 16) != COLON) return 0
  const second = twoDigits(from + 17)
  if (<u32>second > 59) return 0
  const minute = isoMinuteMs(from)
  if (minute < 0) return 0
  let at = from + 19
  let fraction = 0
  subSecond = false
  if (<i32>load<u8>(at) == DOT) {
    const start = ++at
    let digit = <i32>load<u8>(at) - ZERO
    while (<u32>digit <= 9) {
      if (at - start < 3) fraction = fraction * 10 + digit
      if (digit != 0) subSecond = true
      digit = <i32>load<u8>(++at) - ZERO
    }
    const digits = <i32>(at - start)
    if (digits == 0 || digits > 12) return 0
    if (digits == 1) fraction *= 100
    else if (digits == 2) fraction *= 10
  }
  let offset = 0
  if (<i32>load<u8>(at) == LETTER_Z) at += 1
  else {
    if (<i32>load<u8>(at, 3) != COLON) return 0
    offset = offsetMs(load<u8>(at), twoDigits(at + 1), twoDigits(at + 4))
    if (offset == NO_ZONE) return 0
    at += 6
  }
  ms = minute + <f64>(second * 1000 + fraction - offset)
  return ms < 0 ? 0 : at
}

/** Reads the 26 bytes `dd/Mon/yyyy:HH:MM:SS ±HHMM` from `from`; false leaves it to the exact path. */
export function readClf(from: usize): bool {
  if (<i32>load<u8>(from, 17) != COLON) return false
  const second = twoDigits(from + 18)
  if (<u32>second > 59) return false
  const minute = clfMinuteMs(from)
  if (minute < 0) return false
  ms = minute + <f64>(second * 1000)
  subSecond = false
  return ms >= 0
}

function isoMinuteMs(from: usize): f64 {
  const slot: usize = load<u8>(from, 15) & (MEMOS - 1)
  const key = ISO_KEYS + (slot << 4)
  const bytes = v128.load(from)
  if (!v128.any_true(v128.xor(bytes, v128.load(key)))) return load<f64>(ISO_MINUTES + (slot << 3))
  const minute = isoMinute(from)
  if (minute < 0) return -1
  v128.store(key, bytes)
  store<f64>(ISO_MINUTES + (slot << 3), minute)
  return minute
}

/** Bytes 0..15, and 10..25 without the seconds. */
function clfMinuteMs(from: usize): f64 {
  const slot: usize = load<u8>(from, 16) & (MEMOS - 1)
  const key = CLF_KEYS + (slot << 5)
  const head = v128.load(from)
  const tail = v128.and(v128.load(from, 10), CLF_TAIL_MASK)
  const differs = v128.or(v128.xor(head, v128.load(key)), v128.xor(tail, v128.load(key, 16)))
  if (!v128.any_true(differs)) return load<f64>(CLF_MINUTES + (slot << 3))
  const minute = clfMinute(from)
  if (minute < 0) return -1
  v128.store(key, head)
  v128.store(key, tail, 16)
  store<f64>(CLF_MINUTES + (slot << 3), minute)
  return minute
}

function offsetMs(sign: i32, hours: i32, minutes: i32): i32 {
  if ((sign != PLUS && sign != MINUS) || <u32>hours > 23 || <u32>minutes > 59) return NO_ZONE
  return (sign == MINUS ? -1 : 1) * (hours * 60 + minutes) * 60_000
}

function twoDigits(from: usize): i32 {
  const tens: i32 = load<u8>(from)
  const ones: i32 = load<u8>(from, 1)
  return isDigit(tens) && isDigit(ones) ? (tens - ZERO) * 10 + ones - ZERO : -1
}
