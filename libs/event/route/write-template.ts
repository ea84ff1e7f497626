import { MAX_LABEL_BYTES } from '../label.js'
import { BROKEN_OFF, MAX_ROUTE_SEGMENTS, MAX_WORD_BYTES, MIN_HEX_WORD_BYTES } from './template-limits.js'

/** What a byte is in a segment. A segment's bytes are or-ed together. */
const LOWER = 1
const UPPER = 2
const DIGIT = 4
const JOINT = 8
const MARK = 16
const ALIEN = 32
const SLASH = 64
/** Ends the path or the segment: `?`, `#`, `;`. */
const STOP = 128

const CLASS = Uint8Array.from({ length: 256 }, (_, byte) => classOf(String.fromCharCode(byte)))

function classOf(char: string): number {
  if (char >= 'a' && char <= 'z') return LOWER
  if (char >= 'A' && char <= 'Z') return UPPER
  if (char >= '0' && char <= '9') return DIGIT
  if (char === '-' || char === '_') return JOINT
  if (char === '/') return SLASH
  if (char === '?' || char === '#' || char === ';') return STOP
  return '.~!$()*+,:'.includes(char) ? MARK : ALIEN
}

const encode = (text: string) => new TextEncoder().encode(text)
const ID = encode('{id}')
const UUID = encode('{uuid}')
const HEX = encode('{hex}')
const DATE = encode('{date}')
const TOKEN = encode('{token}')
const AUTHORITY = encode('{authority}')

const CHAR_SLASH = 0x2f
const CHAR_COLON = 0x3a
const CHAR_STAR = 0x2a
const CHAR_MINUS = 0x2d
const CHAR_DOT = 0x2e
const CHAR_ZERO = 0x30
const CHAR_SEMICOLON = 0x3b

/**
 * Writes the route of the path `from..to` into `out` and returns its length, at most MAX_LABEL_BYTES; the same as
 * `templateOf`, without allocating. `out` must have room for MAX_LABEL_BYTES + 64 bytes.
 */
export function writeTemplate(bytes: Uint8Array, from: number, to: number, out: Uint8Array): number {
  let i = from
  if (bytes[i] !== CHAR_SLASH) {
    const special = writeSpecial(bytes, from, to, out)
    if (special > 0) return special
    i = pathStart(bytes, from, to)
  }
  let size = 0
  let segments = 0
  while (i < to) {
    if (bytes[i] === CHAR_SLASH) i++
    const start = i
    const before = size
    out[size++] = CHAR_SLASH
    let seen = 0
    let kind = 0
    while (i < to && (kind = CLASS[bytes[i] as number] as number) < SLASH) {
      seen |= kind
      i++
    }
    if (i === start) size = before
    else {
      // Most segments are plain words, the others mostly numbers: neither needs a closer look.
      const isPlain = (seen & ~LOWER) === 0 && i - start < MIN_HEX_WORD_BYTES
      const template = isPlain ? null : seen === DIGIT ? ID : placeholder(bytes, start, i, seen)
      if (template !== null) size = put(template, out, size)
      else for (let at = start; at < i; at++) out[size++] = bytes[at] as number
      if (segments++ === MAX_ROUTE_SEGMENTS || size > MAX_LABEL_BYTES - BROKEN_OFF.length) {
        return put(BROKEN_OFF, out, before)
      }
    }
    if (kind !== STOP || i === to) continue
    if (bytes[i] !== CHAR_SEMICOLON) break
    i = skipParameters(bytes, i, to)
  }
  if (size > 0) return size
  out[0] = CHAR_SLASH
  return 1
}

/** `*` and `host:port` (CONNECT); 0 for an ordinary path. */
function writeSpecial(bytes: Uint8Array, from: number, to: number, out: Uint8Array): number {
  const end = targetEnd(bytes, from, to)
  if (end === from + 1 && bytes[from] === CHAR_STAR) {
    out[0] = CHAR_STAR
    return 1
  }
  let digits = end
  while (digits > from && CLASS[bytes[digits - 1] as number] === DIGIT) digits--
  const isAuthority =
    digits < end && bytes[digits - 1] === CHAR_COLON && digits > from && firstSlash(bytes, from, end) === end
  return isAuthority ? put(AUTHORITY, out, 0) : 0
}

/** Where the path begins in `scheme://host/path`; `from` for any other target. */
export function pathStart(bytes: Uint8Array, from: number, to: number): number {
  const end = targetEnd(bytes, from, to)
  const slash = firstSlash(bytes, from, end)
  const isAbsolute =
    slash > from && slash + 1 < end && bytes[slash - 1] === CHAR_COLON && bytes[slash + 1] === CHAR_SLASH
  return isAbsolute ? firstSlash(bytes, slash + 2, end) : from
}

/** The first `?` or `#`, or `to`. */
function targetEnd(bytes: Uint8Array, from: number, to: number): number {
  let i = from
  while (i < to && (CLASS[bytes[i] as number] !== STOP || bytes[i] === CHAR_SEMICOLON)) i++
  return i
}

function firstSlash(bytes: Uint8Array, from: number, to: number): number {
  let i = from
  while (i < to && bytes[i] !== CHAR_SLASH) i++
  return i
}

/** Past `;parameters`: the next slash, `?` or `#`, or `to`. */
export function skipParameters(bytes: Uint8Array, from: number, to: number): number {
  let i = from
  while (i < to && bytes[i] !== CHAR_SLASH && (CLASS[bytes[i] as number] !== STOP || bytes[i] === CHAR_SEMICOLON)) i++
  return i
}

function put(text: Uint8Array, out: Uint8Array, at: number): number {
  const size = text.length
  // A call of `set` costs more than these few bytes.
  for (let i = 0; i < size; i++) out[at + i] = text[i] as number
  return at + size
}

/** What stands for a segment; null where it is kept. */
function placeholder(bytes: Uint8Array, start: number, end: number, seen: number): Uint8Array | null {
  if ((seen & ALIEN) !== 0) return TOKEN
  const hasDigits = (seen & DIGIT) !== 0
  if (hasDigits && isDate(bytes, start, end)) return DATE
  if ((seen & (LOWER | UPPER)) === 0) return hasDigits ? ID : end - start <= 2 ? null : TOKEN
  if (end - start === 36 && isUuid(bytes, start)) return UUID
  if (hasDigits && isVersion(bytes, start, end)) return null
  if (isHex(bytes, start, end) && (hasDigits || end - start >= MIN_HEX_WORD_BYTES)) return HEX
  return isToken(bytes, start, end) ? TOKEN : null
}

function isToken(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start
  if (length > MAX_WORD_BYTES) return true
  let digits = 0
  let joints = 0
  let turns = 0
  let before = 0
  for (let i = start; i < end; i++) {
    const kind = CLASS[bytes[i] as number] as number
    if (kind === DIGIT) digits++
    else if (kind === JOINT) joints++
    // From lower to upper case, and between letters and digits; a capital before small letters is no turn.
    if (
      before === LOWER
        ? kind === UPPER || kind === DIGIT
        : before === UPPER
          ? kind === DIGIT
          : before === DIGIT && kind <= UPPER
    ) {
      turns++
    }
    before = kind
  }
  return digits >= 3 || joints >= 4 || (digits > 0 && length >= 6 && turns * 2 >= length)
}

/** `2026-11`, `2026-11-22`, or the latter with `T` and a time. */
function isDate(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start
  if (length < 7 || bytes[start + 4] !== CHAR_MINUS || !areDigits(bytes, start, 4) || !areDigits(bytes, start + 5, 2))
    return false
  if (length === 7) return true
  if (length < 10 || bytes[start + 7] !== CHAR_MINUS || !areDigits(bytes, start + 8, 2)) return false
  if (length === 10) return true
  if (bytes[start + 10] !== 0x54) return false
  for (let i = start + 11; i < end; i++) if (IN_TIME[bytes[i] as number] === 0) return false
  return true
}

const IN_TIME = Uint8Array.from({ length: 256 }, (_, byte) =>
  '0123456789:.Z+-'.includes(String.fromCharCode(byte)) ? 1 : 0,
)

function areDigits(bytes: Uint8Array, from: number, count: number): boolean {
  for (let i = from; i < from + count; i++) if (CLASS[bytes[i] as number] !== DIGIT) return false
  return true
}

function isUuid(bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < 36; i++) {
    const isJoint = i === 8 || i === 13 || i === 18 || i === 23
    if (isJoint ? bytes[start + i] !== CHAR_MINUS : HEX_DIGIT[bytes[start + i] as number] === 0) return false
  }
  return true
}

const HEX_DIGIT = Uint8Array.from({ length: 256 }, (_, byte) =>
  '0123456789abcdefABCDEF'.includes(String.fromCharCode(byte)) ? 1 : 0,
)

/** At least eight hex digits, or two behind `0x`. */
function isHex(bytes: Uint8Array, start: number, end: number): boolean {
  const isPrefixed = bytes[start] === CHAR_ZERO && ((bytes[start + 1] as number) | 0x20) === 0x78
  const from = isPrefixed ? start + 2 : start
  if (end - from < (isPrefixed ? 2 : 8)) return false
  for (let i = from; i < end; i++) if (HEX_DIGIT[bytes[i] as number] === 0) return false
  return true
}

/** `v1`, `v2.1`, `v1beta2`. */
function isVersion(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start] !== 0x76) return false
  let i = digitsEnd(bytes, start + 1, end)
  if (i === start + 1 || i > start + 4) return false
  if (i < end && bytes[i] === CHAR_DOT) {
    const from = i + 1
    i = digitsEnd(bytes, from, end)
    if (i === from || i > from + 3) return false
  }
  const stage = startsWith(bytes, i, end, ALPHA) ? i + 5 : startsWith(bytes, i, end, BETA) ? i + 4 : i
  return stage === i ? i === end : digitsEnd(bytes, stage, end) === end && end - stage <= 2
}

const ALPHA = encode('alpha')
const BETA = encode('beta')

function digitsEnd(bytes: Uint8Array, from: number, to: number): number {
  let i = from
  while (i < to && CLASS[bytes[i] as number] === DIGIT) i++
  return i
}

function startsWith(bytes: Uint8Array, from: number, to: number, text: Uint8Array): boolean {
  if (to - from < text.length) return false
  for (let i = 0; i < text.length; i++) if (bytes[from + i] !== text[i]) return false
  return true
}
