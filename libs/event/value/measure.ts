import { decimalOf } from './decimal.js'

/** A count of bytes: a whole number from 0 to 2^53 − 1; undefined when negative, too large or no number. */
export function bytesOf(value: unknown): number | undefined {
  const number = typeof value === 'string' ? decimalOf(value.trim()) : value
  if (typeof number !== 'number') return undefined
  const whole = Math.floor(number)
  return whole >= 0 && whole <= Number.MAX_SAFE_INTEGER ? whole + 0 : undefined
}
