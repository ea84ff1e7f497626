import { COLON, COMMA, DOT, NINE, SPACE, ZERO } from './byte-class.js'

const POWERS_OF_TEN = Float64Array.from({ length: 16 }, (_, power) => 10 ** power)

/** Three digits, 0 for `000`; -1 for anything else. */
export function statusAt(bytes: Uint8Array, from: number): number {
  const hundreds = (bytes[from] as number) - ZERO
  const tens = (bytes[from + 1] as number) - ZERO
  const ones = (bytes[from + 2] as number) - ZERO
  if (hundreds < 0 || hundreds > 9 || tens < 0 || tens > 9 || ones < 0 || ones > 9) return -1
  const status = hundreds * 100 + tens * 10 + ones
  return status >= 100 || status === 0 ? status : -1
}

/** Length of `, ` or ` : ` at a position, or 0. */
export function separatorAt(bytes: Uint8Array, from: number): number {
  if (bytes[from] === COMMA && bytes[from + 1] === SPACE) return 2
  return bytes[from] === SPACE && bytes[from + 1] === COLON && bytes[from + 2] === SPACE ? 3 : 0
}

/** Whether `from..to` are digits as JavaScript writes an integer. */
export function isPlainInteger(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (!isDigit(bytes[i] as number)) return false
  return to === from + 1 || bytes[from] !== ZERO
}

/** An integer of at most 15 digits, or -1. */
export function integerAt(bytes: Uint8Array, from: number, to: number): number {
  if (to - from > 15 || to === from) return -1
  let value = 0
  for (let i = from; i < to; i++) {
    const digit = (bytes[i] as number) - ZERO
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}

/** The integer behind the last separator of a list. */
export function lastIntegerAt(bytes: Uint8Array, from: number, to: number): number {
  let start = to
  while (start > from && isDigit(bytes[start - 1] as number)) start--
  if (start === from) return integerAt(bytes, from, to)
  const isListed = bytes[start - 1] === SPACE && (bytes[start - 2] === COMMA || bytes[start - 2] === COLON)
  return isListed && start - 2 > from ? integerAt(bytes, start, to) : -1
}

/**
 * A decimal of at most 15 digits, or -1. Digits and power of ten are both exact doubles, so one division rounds as
 * `Number` does.
 */
export function decimalAt(bytes: Uint8Array, from: number, to: number): number {
  if (to - from > 16 || to === from) return -1
  let value = 0
  let point = -1
  for (let i = from; i < to; i++) {
    const byte = bytes[i] as number
    if (byte >= ZERO && byte <= NINE) value = value * 10 + byte - ZERO
    else if (byte === DOT && point < 0) point = i
    else return -1
  }
  if (point < 0) return to - from > 15 ? -1 : value
  return point === from || point === to - 1 ? -1 : value / (POWERS_OF_TEN[to - point - 1] as number)
}

/** Whether a byte is a digit. */
export function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE
}
