/** Bytes by what they mean to the scanners. */
export const SPACE = 0x20
export const QUOTE = 0x22
export const HASH = 0x23
export const COMMA = 0x2c
export const MINUS = 0x2d
export const DOT = 0x2e
export const SLASH = 0x2f
export const ZERO = 0x30
export const NINE = 0x39
export const COLON = 0x3a
export const EQUALS = 0x3d
export const QUESTION = 0x3f
export const OPEN_BRACKET = 0x5b
export const BACKSLASH = 0x5c
export const CLOSE_BRACKET = 0x5d
export const OPEN_BRACE = 0x7b
export const CLOSE_BRACE = 0x7d
export const NEWLINE = 0x0a
export const RETURN = 0x0d
export const TAB = 0x09

/** 1 for the bytes that mean only themselves in a JSON string and in a quoted field: printable ASCII but `"` and `\`. */
export const PLAIN = byteTable((byte) => byte >= SPACE && byte < 0x7f && byte !== QUOTE && byte !== BACKSLASH)

/** 1 for the plain bytes of a request target before its query: no space, `?` or `#` either. */
export const TARGET = byteTable((byte) => PLAIN[byte] === 1 && byte !== SPACE && byte !== QUESTION && byte !== HASH)

/** 1 for what a quoted field may hold before its closing quote: everything but `"`, `\` and line feed. */
export const QUOTED = byteTable((byte) => byte !== QUOTE && byte !== BACKSLASH && byte !== NEWLINE)

function byteTable(holds: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (holds(byte) ? 1 : 0))
}

/**
 * The first byte from `from` on that is not plain, looked for four bytes at a time; the length of the buffer where all
 * are. Each term sets the top bit of a byte: one that is no ASCII, below a space, a quote, a backslash, or 0x7f.
 */
export function plainEnd(bytes: Uint8Array, words: DataView, from: number): number {
  let i = from
  const last = words.byteLength - 4
  while (i <= last) {
    const word = words.getInt32(i, true)
    const noQuote = (word ^ 0x22222222) - 0x01010101
    const noBackslash = (word ^ 0x5c5c5c5c) - 0x01010101
    if (((word | (word - 0x20202020) | noQuote | noBackslash | (word + 0x01010101)) & 0x80808080) !== 0) break
    i += 4
  }
  while (PLAIN[bytes[i] as number] === 1) i++
  return i
}
