import * as op from '../op-code'
import {
  BACKSLASH,
  CLOSE_BRACE,
  COLON,
  COMMA,
  DOT,
  isAbsent,
  isDigit,
  MINUS,
  NEWLINE,
  OPEN_BRACE,
  plainEnd,
  QUOTE,
  RETURN,
  SPACE,
  TAB,
  ZERO,
} from './bytes'
import * as field from './field'
import * as keys from './key-table'
import { EXACT_DIGITS, scaled } from './number'

/*
 * Reads flat JSON objects of plain strings and numbers. Whatever else a record may be, valid or not, it leaves to the exact
 * path.
 */
const NULL_WORD: u32 = 0x6c6c756e
const TRUE_WORD: u32 = 0x65757274
const ALSE_WORD: u32 = 0x65736c61
const LOWER_F: i32 = 0x66
const LOWER_N: i32 = 0x6e
const LOWER_T: i32 = 0x74
const LOWER_U: i32 = 0x75
/** A key ends with `":`. */
const TERMINATOR: i32 = 2

let requestFrom: usize = 0
let requestTo: usize = 0
/** Whether the status stands under a key that tells one only beside other signs of a request. */
let byCode: bool = false
/** The JSON number that was read last; -1: negative, or longer than a double holds exactly. */
let number: f64 = -1
/** By the place of a field's bit: the rank of the key that told it. */
const RANKS: usize = memory.data(32)

/** Reads the object that opens at `from` and returns the position past its closing brace; 0 leaves it to the exact path. */
export function readObject(table: i32, from: usize): usize {
  requestFrom = requestTo = 0
  byCode = false
  let before = keys.startOf(table)
  let at = <i32>load<u8>(from, 1) == SPACE ? from + 2 : from + 1
  while (true) {
    if (<i32>load<u8>(at) != QUOTE) return 0
    let key = keys.nextOf(table, before)
    if (!keys.stands(key, at + 1)) {
      key = findKey(table, at + 1)
      if (key == 0) return 0
      keys.setNext(table, before, key)
    }
    before = key
    at += 1 + keys.sizeOf(key)
    if (<i32>load<u8>(at) == SPACE) at++
    at = readValue(at, key)
    if (at == 0) return 0
    let end: i32 = load<u8>(at)
    if (end == SPACE) end = load<u8>(++at)
    if (end == CLOSE_BRACE) break
    if (end != COMMA) return 0
    at += <i32>load<u8>(at, 1) == SPACE ? 2 : 1
  }
  return settle() ? at + 1 : 0
}

/** Past what may stand between two objects; 0 where no object follows before `to`. */
export function nextObject(from: usize, to: usize): usize {
  let at = from
  let byte: i32 = load<u8>(at)
  while (at < to && (byte == NEWLINE || byte == COMMA || byte == SPACE || byte == RETURN || byte == TAB))
    byte = load<u8>(++at)
  return at < to && byte == OPEN_BRACE ? at : 0
}

function settle(): bool {
  if ((field.seen & field.STATUS_BIT) == 0) return false
  if (byCode && (field.told & field.SIGN_BITS) == 0) return false
  if (requestTo > requestFrom && field.readRequestLine(requestFrom) != requestTo) return false
  field.settleTime()
  return true
}

function findKey(table: i32, from: usize): usize {
  const to = plainEnd(from)
  if (<i32>load<u8>(to) != QUOTE || <i32>load<u8>(to, 1) != COLON) return 0
  return keys.find(table, from, to, TERMINATOR)
}

/** Reads one value and returns the position past it, or 0. */
function readValue(from: usize, key: usize): usize {
  const code = keys.opOf(key)
  const first: i32 = load<u8>(from)
  if (first == QUOTE) {
    if (code == op.TS_END && (field.seen & keys.bitOf(key)) == 0) {
      // The commonest time is read where it stands, without looking for its end first.
      const end = field.readIsoTime(from + 1, false)
      if (end != 0 && <i32>load<u8>(end) == QUOTE) {
        claim(key, true)
        return end + 1
      }
    }
    const to = plainEnd(from + 1)
    if (<i32>load<u8>(to) != QUOTE) return code == op.IGNORE ? skipString(to) : 0
    return code == op.IGNORE || takeText(key, from + 1, to) ? to + 1 : 0
  }
  const end = numberEnd(from, first)
  if (end == 0) return readWord(from, first, key)
  return code == op.IGNORE || takeNumber(key, from, end) ? end : 0
}

function takeText(key: usize, from: usize, to: usize): bool {
  if ((field.seen & keys.bitOf(key)) != 0) return isIdle(key)
  const isTold = !isAbsent(from, to)
  claim(key, isTold)
  const code = keys.opOf(key)
  if (code != op.REQUEST) return field.readText(code, from, to)
  if (!isTold) return true
  requestFrom = from
  requestTo = to
  return true
}

function takeNumber(key: usize, from: usize, to: usize): bool {
  if ((field.seen & keys.bitOf(key)) != 0) return isIdle(key)
  claim(key, true)
  const code = keys.opOf(key)
  return code != op.REQUEST && field.readNumber(code, number, from, to)
}

function claim(key: usize, isTold: bool): void {
  const bit = keys.bitOf(key)
  field.claim(bit, isTold)
  if (keys.opOf(key) == op.CODE) byCode = true
  store<u8>(RANKS + (ctz(bit) & 31), keys.rankOf(key))
}

/** Whether a second key for a field surely loses: the first told something and stands earlier in the field's list. */
function isIdle(key: usize): bool {
  const bit = keys.bitOf(key)
  return (field.told & bit) != 0 && <i32>load<u8>(RANKS + (ctz(bit) & 31)) < keys.rankOf(key)
}

/** `null`, or a word that is ignored. */
function readWord(from: usize, first: i32, key: usize): usize {
  const code = keys.opOf(key)
  const word = load<u32>(from)
  if (first == LOWER_N) {
    return word == NULL_WORD && (code == op.IGNORE || takeText(key, from, from)) ? from + 4 : 0
  }
  if (code != op.IGNORE) return 0
  if (first == LOWER_T) return word == TRUE_WORD ? from + 4 : 0
  return first == LOWER_F && load<u32>(from, 1) == ALSE_WORD ? from + 5 : 0
}

/** Past a JSON number, whose value goes to `number`; 0: it is none. */
function numberEnd(from: usize, first: i32): usize {
  const start = first == MINUS ? from + 1 : from
  let at = start
  let value: u64 = 0
  let digit = <i32>load<u8>(at) - ZERO
  while (<u32>digit <= 9) {
    value = value * 10 + digit
    digit = <i32>load<u8>(++at) - ZERO
  }
  let digits = <i32>(at - start)
  if (digits == 0 || (digits > 1 && <i32>load<u8>(start) == ZERO)) return 0
  let decimals = 0
  if (<i32>load<u8>(at) == DOT) {
    const point = at
    digit = <i32>load<u8>(++at) - ZERO
    while (<u32>digit <= 9) {
      value = value * 10 + digit
      digit = <i32>load<u8>(++at) - ZERO
    }
    decimals = <i32>(at - point - 1)
    if (decimals == 0) return 0
    digits += decimals
  }
  number = first == MINUS || digits > EXACT_DIGITS ? -1 : scaled(value, decimals)
  const end: i32 = load<u8>(at)
  return end == COMMA || end == CLOSE_BRACE || end == SPACE ? at : 0
}

/** Past a string that holds more than plain bytes, from the first that is not; 0 where JSON would not allow it. */
function skipString(from: usize): usize {
  let at = from
  while (true) {
    const byte: i32 = load<u8>(at)
    if (byte < SPACE) return 0
    if (byte == QUOTE) return at + 1
    if (byte != BACKSLASH) at++
    else if (isEscapable(load<u8>(at, 1))) at += 2
    else if (<i32>load<u8>(at, 1) == LOWER_U && isHex(at + 2)) at += 6
    else return 0
  }
}

/** `"`, `\`, `/`, `b`, `f`, `n`, `r`, `t`. */
function isEscapable(byte: i32): bool {
  switch (byte) {
    case 0x22:
    case 0x5c:
    case 0x2f:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return true
    default:
      return false
  }
}

function isHex(from: usize): bool {
  for (let at = from; at < from + 4; at++) {
    const byte: i32 = load<u8>(at)
    if (!isDigit(byte) && <u32>((byte | 0x20) - 0x61) > 5) return false
  }
  return true
}
