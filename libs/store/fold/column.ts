/** Writes numbers as a Postgres array. Several times faster than pg's own way, which quotes every element. */
export const column = (numbers: Float64Array | Int32Array | readonly number[]): string => `{${numbers.join(',')}}`

/** 0 and 1 as a Postgres array of booleans. */
export const flags = (bits: Uint8Array): string => `{${Array.from(bits, (bit) => (bit === 0 ? 'f' : 't')).join(',')}}`

/** Postgres holds no NUL in a text. */
export const clean = (text: string): string => (text.includes('\0') ? text.replaceAll('\0', '\u{fffd}') : text)

const LARGEST = 2 ** 53

/** Postgres counts in whole numbers, and takes none beyond 2^63. */
export const whole = (counts: Float64Array): Float64Array => counts.map((count) => Math.min(Math.round(count), LARGEST))
