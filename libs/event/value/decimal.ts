const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const MAX_CHARS = 64

/** The number that a trimmed text spells in decimal; null for anything else, hex and `Infinity` included. */
export function decimalOf(trimmed: string): number | null {
  return trimmed.length <= MAX_CHARS && DECIMAL.test(trimmed) ? Number(trimmed) : null
}
