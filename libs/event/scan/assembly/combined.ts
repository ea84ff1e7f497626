import * as op from '../op-code'
import {
  CLOSE_BRACKET,
  COLON,
  COMMA,
  DOT,
  EQUALS,
  fieldEnd,
  MINUS,
  nameEnd,
  NEWLINE,
  OPEN_BRACKET,
  plainEnd,
  QUOTE,
  RETURN,
  skipQuoted,
  SPACE,
  wordEnd,
  ZERO,
} from './bytes'
import * as field from './field'
import * as keys from './key-table'
import { EXACT_DIGITS } from './number'
import * as row from './row'

/* Reads lines of the combined family. Whatever is unusual, valid or not, it leaves to the exact path. */

/** The table of the keys behind a line; a key ends with `=`. */
export const EXTRA_KEYS: i32 = 3
const TERMINATOR: i32 = 1
const SMALL_M: i32 = 0x6d
const SMALL_S: i32 = 0x73

/**
 * Reads the line that begins at `from` and returns the position of its line feed (or of the carriage return before it); 0
 * leaves it to the exact path.
 */
export function readLine(from: usize): usize {
  let at = fieldEnd(from)
  if (at == from || <i32>load<u8>(at) != SPACE || <i32>load<u8>(at, 1) != MINUS || <i32>load<u8>(at, 2) != SPACE)
    return 0
  at = readUser(at + 3)
  if (at == 0 || !field.readClfTime(at)) return 0
  at += 26
  if (<i32>load<u8>(at) != CLOSE_BRACKET || <i32>load<u8>(at, 1) != SPACE || <i32>load<u8>(at, 2) != QUOTE) return 0
  at = field.readRequestLine(at + 3)
  if (at == 0) return 0
  at = readStatusAndBytes(at + 1)
  return at == 0 ? 0 : readRest(at)
}

/** Reads the user from `from` and returns the position past the bracket behind it. */
function readUser(from: usize): usize {
  if (<i32>load<u8>(from) == MINUS && <i32>load<u8>(from, 1) == SPACE && <i32>load<u8>(from, 2) == OPEN_BRACKET)
    return from + 3
  const at = wordEnd(from)
  if (<i32>load<u8>(at) != SPACE || <i32>load<u8>(at, 1) != OPEN_BRACKET || <i32>load<u8>(from) == OPEN_BRACKET)
    return 0
  return field.readText(op.CONSUMER, from, at) ? at + 2 : 0
}

/** Reads ` 200 512` from `from` and returns the position past it. */
function readStatusAndBytes(from: usize): usize {
  const hundreds = <i32>load<u8>(from, 1) - ZERO
  const tens = <i32>load<u8>(from, 2) - ZERO
  const ones = <i32>load<u8>(from, 3) - ZERO
  if (<i32>load<u8>(from) != SPACE || <i32>load<u8>(from, 4) != SPACE) return 0
  if (<u32>(hundreds - 1) > 8 || <u32>tens > 9 || <u32>ones > 9) return 0
  row.putStatus(hundreds * 100 + tens * 10 + ones)
  const start = from + 5
  let at = start
  let size: u64 = 0
  let digit = <i32>load<u8>(at) - ZERO
  while (<u32>digit <= 9) {
    size = size * 10 + digit
    digit = <i32>load<u8>(++at) - ZERO
  }
  const digits = <i32>(at - start)
  if (digits == 0 && <i32>load<u8>(at) == MINUS) at++
  else if (digits == 0 || digits > EXACT_DIGITS) return 0
  row.putBytes(<f64>size)
  return isEnd(load<u8>(at)) ? at : 0
}

/** Skips referer, agent and other nameless values, and reads what `key=value` tells. */
function readRest(from: usize): usize {
  let before = keys.startOf(EXTRA_KEYS)
  let at = from
  while (true) {
    const byte: i32 = load<u8>(at)
    if (byte == SPACE) at++
    else if (byte == QUOTE) {
      // Without a referer stands "-".
      if (<i32>load<u8>(at, 1) == MINUS && <i32>load<u8>(at, 2) == QUOTE) at += 3
      else if (<i32>load<u8>(at, 1) == QUOTE && isTwice(at)) return 0
      else {
        at = skipQuoted(at + 1)
        if (at == 0) return 0
      }
    } else if (byte == NEWLINE) return at
    else if (byte == RETURN) return <i32>load<u8>(at, 1) == NEWLINE ? at : 0
    else {
      let key = keys.nextOf(EXTRA_KEYS, before)
      if (!keys.stands(key, at)) {
        const to = nameEnd(at)
        if (isEnd(load<u8>(to))) {
          if (isForeign(at, to)) return 0
          at = to
          continue
        }
        key = <i32>load<u8>(to) == EQUALS ? keys.find(EXTRA_KEYS, at, to, TERMINATOR) : 0
        if (key == 0) return 0
        keys.setNext(EXTRA_KEYS, before, key)
      }
      before = key
      at = readExtra(at + keys.sizeOf(key), key)
      if (at == 0) return 0
    }
  }
}

/** Reads the value of an extra and returns the position past it. */
function readExtra(from: usize, key: usize): usize {
  const code = keys.opOf(key)
  const bit = keys.bitOf(key)
  if (code == op.DURATION_S && (field.seen & bit) == 0) {
    const end = readSeconds(from)
    if (end != 0 && isEnd(load<u8>(end)) && !isListed(from, end)) {
      field.claim(bit, true)
      return end
    }
  }
  const isQuoted = <i32>load<u8>(from) == QUOTE
  const valueFrom = isQuoted ? from + 1 : from
  const valueTo = isQuoted ? plainEnd(valueFrom) : wordEnd(valueFrom)
  if (isQuoted ? <i32>load<u8>(valueTo) != QUOTE : !isEnd(load<u8>(valueTo))) return 0
  if (!isQuoted && isListed(valueFrom, valueTo)) return 0
  const end = isQuoted ? valueTo + 1 : valueTo
  if (code == op.IGNORE) return end
  if ((field.seen & bit) != 0) return 0
  field.claim(bit, false)
  if (code == op.CONSUMER && row.isTold(op.CONSUMER)) return 0
  return field.readText(code, valueFrom, valueTo) ? end : 0
}

/** Reads seconds as nginx writes them, with three decimals, and returns their end; 0: written otherwise. */
function readSeconds(from: usize): usize {
  let ms = 0
  let at = from
  let digit = <i32>load<u8>(at) - ZERO
  while (<u32>digit <= 9) {
    ms = ms * 10 + digit
    digit = <i32>load<u8>(++at) - ZERO
  }
  if (<i32>load<u8>(at) != DOT || at == from || at - from > 6) return 0
  for (const end = at + 3; at < end;) {
    digit = <i32>load<u8>(++at) - ZERO
    if (<u32>digit > 9) return 0
    ms = ms * 10 + digit
  }
  row.putDurationMs(<f64>ms)
  return at + 1
}

/** Whether a bare value goes on behind a comma or a lone colon, as nginx's unquoted lists do. */
function isListed(from: usize, to: usize): bool {
  if (to > from && <i32>load<u8>(to - 1) == COMMA) return true
  return <i32>load<u8>(to) == SPACE && <i32>load<u8>(to, 1) == COLON
}

/** Whether empty referer and agent stand at `from`, as HAProxy writes them in lines that are else like Apache's. */
function isTwice(from: usize): bool {
  return <i32>load<u8>(from, 2) == SPACE && <i32>load<u8>(from, 3) == QUOTE && <i32>load<u8>(from, 4) == QUOTE
}

/** Whether a bare word gives away a layout of its own: the bracket of ingress-nginx, the unit of Traefik's duration. */
function isForeign(from: usize, to: usize): bool {
  if (<i32>load<u8>(from) == OPEN_BRACKET) return true
  if (to - from < 3 || <i32>load<u8>(to - 1) != SMALL_S || <i32>load<u8>(to - 2) != SMALL_M) return false
  return <u32>(<i32>load<u8>(to - 3) - ZERO) <= 9
}

/** Whether a word ends here. */
function isEnd(byte: i32): bool {
  return byte == SPACE || byte == NEWLINE || byte == RETURN
}
