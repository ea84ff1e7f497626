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

/*
 * What ends a text is looked for four bytes at a time. Each term sets the top bit of a byte that it stands for; as borrows
 * and carries only go up, the lowest byte so marked is one indeed.
 */
const TOP_BITS = 0x80808080

/** The first byte from `from` on that is not plain; the length of the buffer where all are. */
export function plainEnd(bytes: Uint8Array, words: DataView, from: number): number {
  let i = from
  const last = words.byteLength - 8
  while (i <= last) {
    const head = marksOf(words.getInt32(i, true))
    const tail = marksOf(words.getInt32(i + 4, true))
    if ((head | tail) !== 0) return head === 0 ? i + 4 + lowestByte(tail) : i + lowestByte(head)
    i += 8
  }
  while (PLAIN[bytes[i] as number] === 1) i++
  return i
}

/** Marks the bytes of a word that are not plain. */
function marksOf(word: number): number {
  const noQuote = (word ^ 0x22222222) - 0x01010101
  const noBackslash = (word ^ 0x5c5c5c5c) - 0x01010101
  return (word | (word - 0x20202020) | noQuote | noBackslash | (word + 0x01010101)) & TOP_BITS
}

/** The same for the bytes of a request target before its query. */
export function targetEnd(bytes: Uint8Array, words: DataView, from: number): number {
  let i = from
  const last = words.byteLength - 4
  while (i <= last) {
    const word = words.getInt32(i, true)
    const noQuoteOrHash = ((word & 0xfefefefe) ^ 0x22222222) - 0x01010101
    const noQuestion = (word ^ 0x3f3f3f3f) - 0x01010101
    const noBackslash = (word ^ 0x5c5c5c5c) - 0x01010101
    const noOther = word | (word - 0x21212121) | (word + 0x01010101)
    const marked = (noOther | noQuoteOrHash | noQuestion | noBackslash) & TOP_BITS
    if (marked !== 0) return i + lowestByte(marked)
    i += 4
  }
  while (TARGET[bytes[i] as number] === 1) i++
  return i
}

/** Which byte of a word is the lowest whose top bit is set. */
function lowestByte(word: number): number {
  const bits = word >>> 7
  return (31 - Math.clz32(bits & -bits)) >>> 3
}
