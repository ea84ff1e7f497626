import { COLON, COMMA, DOT, isDigit, SPACE, ZERO } from './bytes'

const POWERS_OF_TEN: StaticArray<f64> = [
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
]
/** Digits that a double holds exactly, whatever they are. */
export const EXACT_DIGITS: i32 = 15

/** The value of digits with so many of them behind the point: both are exact doubles, so one division rounds as JavaScript does. */
export function scaled(digits: u64, decimals: i32): f64 {
  return decimals == 0 ? <f64>digits : <f64>digits / unchecked(POWERS_OF_TEN[decimals])
}

/** What `Math.round` of JavaScript gives. */
export function rounded(value: f64): f64 {
  const up = ceil(value)
  return up - 0.5 > value ? up - 1 : up
}

/** Three digits, 0 for `000`; -1 for anything else. */
export function statusAt(from: usize): i32 {
  const hundreds = <i32>load<u8>(from) - ZERO
  const tens = <i32>load<u8>(from, 1) - ZERO
  const ones = <i32>load<u8>(from, 2) - ZERO
  if (<u32>hundreds > 9 || <u32>tens > 9 || <u32>ones > 9) return -1
  const status = hundreds * 100 + tens * 10 + ones
  return status >= 100 || status == 0 ? status : -1
}

/** Length of `, ` or ` : ` at a position, or 0. */
export function separatorAt(from: usize): i32 {
  const first: i32 = load<u8>(from)
  if (first == COMMA) return <i32>load<u8>(from, 1) == SPACE ? 2 : 0
  return first == SPACE && <i32>load<u8>(from, 1) == COLON && <i32>load<u8>(from, 2) == SPACE ? 3 : 0
}

/** Whether `from..to` are digits as JavaScript writes an integer. */
export function isPlainInteger(from: usize, to: usize): bool {
  for (let at = from; at < to; at++) if (!isDigit(load<u8>(at))) return false
  return to == from + 1 || <i32>load<u8>(from) != ZERO
}

/** An integer of at most 15 digits, or -1. */
export function integerAt(from: usize, to: usize): f64 {
  if (<i32>(to - from) > EXACT_DIGITS || to == from) return -1
  let value: u64 = 0
  for (let at = from; at < to; at++) {
    const digit = <i32>load<u8>(at) - ZERO
    if (<u32>digit > 9) return -1
    value = value * 10 + digit
  }
  return <f64>value
}

/** The integer behind the last separator of a list. */
export function lastIntegerAt(from: usize, to: usize): f64 {
  let start = to
  while (start > from && isDigit(load<u8>(start - 1))) start--
  if (start == from) return integerAt(from, to)
  if (start < from + 3 || <i32>load<u8>(start - 1) != SPACE) return -1
  const mark: i32 = load<u8>(start - 2)
  return mark == COMMA || mark == COLON ? integerAt(start, to) : -1
}

/** A decimal of at most 15 digits, or -1. */
export function decimalAt(from: usize, to: usize): f64 {
  if (<i32>(to - from) > EXACT_DIGITS + 1 || to == from) return -1
  let value: u64 = 0
  let point: usize = 0
  for (let at = from; at < to; at++) {
    const byte: i32 = load<u8>(at)
    if (isDigit(byte)) value = value * 10 + (byte - ZERO)
    else if (byte == DOT && point == 0) point = at
    else return -1
  }
  if (point == 0) return <i32>(to - from) > EXACT_DIGITS ? -1 : <f64>value
  return point == from || point == to - 1 ? -1 : scaled(value, <i32>(to - point - 1))
}
