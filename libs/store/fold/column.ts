/** Writes numbers as a Postgres array. Several times faster than pg's own way, which quotes every element. */
export const column = (numbers: Float64Array | Int32Array | readonly number[]): string => `{${numbers.join(',')}}`

/** Bits that are mostly 0, as a Postgres array: true or null, and empty where all are 0. */
export const flags = (bits: Uint8Array): string =>
  bits.includes(1) ? `{${Array.from(bits, (bit) => (bit === 0 ? 'NULL' : 't')).join(',')}}` : '{}'

/** Numbers that are mostly 0, as a Postgres array: null for 0, and empty where all are. */
export const rare = (numbers: Float64Array): string =>
  numbers.some((number) => number !== 0)
    ? `{${Array.from(numbers, (number) => (number === 0 ? 'NULL' : number)).join(',')}}`
    : '{}'

/** Postgres holds no NUL in a text. */
export const clean = (text: string): string => (text.includes('\0') ? text.replaceAll('\0', '\u{fffd}') : text)

const LARGEST = 2 ** 53

/** Postgres counts in whole numbers, and takes none beyond 2^63. */
export const whole = (counts: Float64Array): Float64Array => counts.map((count) => Math.min(Math.round(count), LARGEST))
