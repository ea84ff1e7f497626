export const SPACE: i32 = 0x20
export const QUOTE: i32 = 0x22
export const HASH: i32 = 0x23
export const COMMA: i32 = 0x2c
export const MINUS: i32 = 0x2d
export const DOT: i32 = 0x2e
export const SLASH: i32 = 0x2f
export const ZERO: i32 = 0x30
export const NINE: i32 = 0x39
export const COLON: i32 = 0x3a
export const EQUALS: i32 = 0x3d
export const QUESTION: i32 = 0x3f
export const OPEN_BRACKET: i32 = 0x5b
export const BACKSLASH: i32 = 0x5c
export const CLOSE_BRACKET: i32 = 0x5d
export const OPEN_BRACE: i32 = 0x7b
export const CLOSE_BRACE: i32 = 0x7d
export const DELETE: i32 = 0x7f
export const NEWLINE: i32 = 0x0a
export const RETURN: i32 = 0x0d
export const TAB: i32 = 0x09

/*
 * What ends a text is looked for sixteen bytes at a time. As signed bytes everything beyond ASCII is less than a space.
 * The margin behind the window ends every search.
 */

/** Which of the sixteen bytes at `at` mean more than themselves: all but ASCII from `lowest` on without `"`, `\\` and delete. */
function notPlain(at: usize, lowest: i8): i32 {
  const bytes = v128.load(at)
  return i8x16.bitmask(
    v128.or(
      v128.or(i8x16.lt_s(bytes, i8x16.splat(lowest)), i8x16.eq(bytes, i8x16.splat(<i8>DELETE))),
      v128.or(i8x16.eq(bytes, i8x16.splat(<i8>QUOTE)), i8x16.eq(bytes, i8x16.splat(<i8>BACKSLASH))),
    ),
  )
}

/** Which of the sixteen bytes at `at` are one of two. */
function among(at: usize, one: i32, other: i32): i32 {
  const bytes = v128.load(at)
  return i8x16.bitmask(v128.or(i8x16.eq(bytes, i8x16.splat(<i8>one)), i8x16.eq(bytes, i8x16.splat(<i8>other))))
}

/** The first byte from `from` on that is not plain. */
export function plainEnd(from: usize): usize {
  let at = from
  let marks = notPlain(at, <i8>SPACE)
  while (marks == 0) {
    at += 16
    marks = notPlain(at, <i8>SPACE)
  }
  return at + ctz(marks)
}

/** The first byte from `from` on that is not plain, or a space. */
export function wordEnd(from: usize): usize {
  let at = from
  let marks = notPlain(at, <i8>(SPACE + 1))
  while (marks == 0) {
    at += 16
    marks = notPlain(at, <i8>(SPACE + 1))
  }
  return at + ctz(marks)
}

/** The first byte from `from` on that is not plain, or a space or `=`. */
export function nameEnd(from: usize): usize {
  let at = from
  let marks = notPlain(at, <i8>(SPACE + 1)) | among(at, EQUALS, EQUALS)
  while (marks == 0) {
    at += 16
    marks = notPlain(at, <i8>(SPACE + 1)) | among(at, EQUALS, EQUALS)
  }
  return at + ctz(marks)
}

/** The end of a request target without its query: the first byte that is not plain, or a space, `?` or `#`. */
export function targetEnd(from: usize): usize {
  let at = from
  let marks = notPlain(at, <i8>(SPACE + 1)) | among(at, QUESTION, HASH)
  while (marks == 0) {
    at += 16
    marks = notPlain(at, <i8>(SPACE + 1)) | among(at, QUESTION, HASH)
  }
  return at + ctz(marks)
}

/** The first byte from `from` on that is a space or less. */
export function fieldEnd(from: usize): usize {
  let at = from
  let marks = i8x16.bitmask(i8x16.le_u(v128.load(at), i8x16.splat(<i8>SPACE)))
  while (marks == 0) {
    at += 16
    marks = i8x16.bitmask(i8x16.le_u(v128.load(at), i8x16.splat(<i8>SPACE)))
  }
  return at + ctz(marks)
}

/** Past the closing quote of the field that begins at `from`; 0 where the line ends before it. */
export function skipQuoted(from: usize): usize {
  let at = from
  while (true) {
    const marks = among(at, QUOTE, BACKSLASH) | among(at, NEWLINE, NEWLINE)
    if (marks == 0) {
      at += 16
      continue
    }
    at += ctz(marks)
    const end: i32 = load<u8>(at)
    if (end == QUOTE) return at + 1
    if (end == NEWLINE || <i32>load<u8>(at, 1) == NEWLINE) return 0
    at += 2
  }
}

export function isDigit(byte: i32): bool {
  return <u32>(byte - ZERO) <= 9
}

/** Whether a range is empty or `-`. Rarer words for "absent" are left to the exact path. */
export function isAbsent(from: usize, to: usize): bool {
  return to == from || (to == from + 1 && <i32>load<u8>(from) == MINUS)
}
