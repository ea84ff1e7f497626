import { isAbsentStatus, isCountableStatus } from '#catalog'
import { isAbsent } from './absent.js'
import { decimalOf } from './decimal.js'

/** 100..999; null where no response was sent (`-`, 0, 000, -1, empty, null); 'bad_status' for anything else. */
export function statusOf(value: unknown): number | null | 'bad_status' {
  if (value === null) return null
  const number = typeof value === 'string' ? numberOf(value.trim()) : value
  if (typeof number !== 'number' || !isCountableStatus(number)) return 'bad_status'
  return isAbsentStatus(number) ? null : number
}

function numberOf(trimmed: string): number | null {
  return isAbsent(trimmed) ? 0 : decimalOf(trimmed)
}

/**
 * Codes of a gateway's attempts, oldest first, from a number, a list as nginx writes it (`502, 200`, `502 : 200`) or an
 * array. Null: that attempt got none. Undefined where the value is no such list, which means "the log does not tell".
 */
export function upstreamStatusesOf(value: unknown): readonly (number | null)[] | undefined {
  const codes = elementsOf(value).map(statusOf)
  return codes.includes('bad_status') ? undefined : (codes as (number | null)[])
}

/** The elements of a number, an array, or a list in nginx's manner; none for a value that means "absent". */
export function elementsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  if (typeof value !== 'string') return value === null ? [] : [value]
  const trimmed = value.trim()
  return isAbsent(trimmed) ? [] : trimmed.split(/[,:]/)
}
