/** A well spread 32-bit hash of up to four ints. */
export const mixed = (a: number, b: number, c = 0, d = 0): number => {
  let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35) ^ Math.imul(d, 0x27d4eb2f)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return (hash ^ (hash >>> 13)) >>> 0
}

/** With so few entries their slots are freed one by one: to fill a table is a call that costs more than all else of a batch of one event. */
export const FEW = 8

type Column = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>

/** A copy of twice the size. */
export const grown = <T extends Column>(column: T): T => {
  const bigger = new (column.constructor as new (length: number) => T)(2 * column.length)
  bigger.set(column)
  return bigger
}
