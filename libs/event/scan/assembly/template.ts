import { MAX_LABEL_BYTES } from '../limit'
import { isDigit, MINUS, SLASH, ZERO } from './bytes'

/*
 * Writes the automatic route of a path, which `templateOf` of route/template.ts specifies. Paths are looked at sixteen bytes
 * at a time: segments of small letters are passed over, and what the bytes of others are becomes masks with a bit per byte.
 * Double slashes, `;parameters`, long segments and long or deep routes, which few requests have, are left to
 * route/write-template.ts.
 */
const MAX_SEGMENTS: i32 = 12
const MAX_TEMPLATE_BYTES: usize = MAX_LABEL_BYTES - 6
const MAX_SEGMENT_BYTES: usize = 64
const MAX_WORD_BYTES: usize = 32
const MIN_HEX_WORD_BYTES: usize = 16

/** The template that was written last. */
export let templateFrom: usize = 0
export let templateTo: usize = 0

/** Where it is written unless it is the path itself: room for a path of which all segments are replaced, and a copy's rest. */
const WRITTEN: usize = memory.data(320, 16)

const SEMICOLON: i32 = 0x3b
const UPPER_T: i32 = 0x54
const LOWER_A: i32 = 0x61
const LOWER_V: i32 = 0x76
const LOWER_X: i32 = 0x78
/** What stands for a segment, with its slash, as a word in memory: `/{id}`, `/{uuid}`, `/{hex}`, `/{date}` and `/{token}`. */
const ID: u64 = ((<u64>0x7d) << 32) | 0x64697b2f
const UUID: u64 = ((<u64>0x7d6469) << 32) | 0x75757b2f
const HEX: u64 = ((<u64>0x7d78) << 32) | 0x65687b2f
const DATE: u64 = ((<u64>0x7d6574) << 32) | 0x61647b2f
const TOKEN: u64 = ((<u64>0x7d6e656b) << 32) | 0x6f747b2f
/** Nothing does: it is kept as sent, or the path is left. */
const KEPT: u64 = 0
const LEFT: u64 = 1
/** `alph` and `beta`. */
const ALPH: u32 = 0x68706c61
const BETA: u32 = 0x61746562

/** The first six digits of `2026-11`, those of `2026-11-22`, and all but the dashes of a UUID. */
const MONTH_DIGITS: u64 = 0x6f
const DAY_DIGITS: u64 = 0x36f
const UUID_DIGITS: u64 = 0xfff7bdeff

let written: usize = 0
/** What of the path comes before is written. */
let copied: usize = 0

/** Writes the template of the path `from..pathTo`, which begins with a slash and has no query; false: the path is left. */
export function writeTemplate(from: usize, pathTo: usize): bool {
  let to = pathTo
  while (to > from + 1 && <i32>load<u8>(to - 1) == SLASH) to--
  if (to - from > MAX_TEMPLATE_BYTES) return false
  written = WRITTEN
  copied = from
  /** Where the segment under way begins, with its slash. */
  let start = from
  let segments = 1
  let at = from + 1
  while (at < to) {
    const bytes = v128.load(at)
    const left = <u32>(to - at)
    const known: u32 = left < 16 ? (1 << left) - 1 : 0xffff
    const slashes = among(bytes, SLASH, 1) & known
    const odd = known & ~(slashes | among(bytes, LOWER_A, 26))
    const plain = odd == 0 ? slashes : slashes & ((odd & (0 - odd)) - 1)
    if (plain != 0) {
      const end = at + ctz(plain)
      if (end == start + 1 || (plain & (plain << 1)) != 0) return false
      if (end - start > MIN_HEX_WORD_BYTES && !take(start, end)) return false
      segments += popcnt(plain)
      start = at + 31 - clz(plain)
    }
    if (odd == 0) at += 16
    else {
      const ends = slashes ^ plain
      const end = ends != 0 ? at + ctz(ends) : min(to, segmentEnd(at + 16))
      // What is written has room for so many.
      if (segments > MAX_SEGMENTS || !take(start, end)) return false
      if (end < to) segments++
      start = end
      at = end + 1
    }
  }
  if (to - start > MIN_HEX_WORD_BYTES && !take(start, to)) return false
  if (copied == from) {
    templateFrom = from
    templateTo = to
  } else {
    copyUpTo(to)
    templateFrom = WRITTEN
    templateTo = written
  }
  return segments <= MAX_SEGMENTS && templateTo - templateFrom <= MAX_TEMPLATE_BYTES
}

/** Writes what stands for the segment that begins with the slash at `start`, unless it is kept; false: the path is left. */
function take(start: usize, end: usize): bool {
  const template = templateOfSegment(start + 1, end - start - 1)
  if (template == KEPT) return true
  if (template == LEFT) return false
  copyUpTo(start)
  store<u64>(written, template)
  written += 8 - ((<usize>clz(template)) >> 3)
  copied = end
  return true
}

/** Writes what of the path was passed over. */
function copyUpTo(end: usize): void {
  const size = end - copied
  for (let at: usize = 0; at < size; at += 16) v128.store(written + at, v128.load(copied + at))
  written += size
}

/** Which of sixteen bytes are one of `count` from `first` on. */
function among(bytes: v128, first: i32, count: i32): i32 {
  return i8x16.bitmask(i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(<i8>first)), i8x16.splat(<i8>count)))
}

/** The next slash, or more than MAX_SEGMENT_BYTES from here. */
function segmentEnd(from: usize): usize {
  for (let at = from; at < from + MAX_SEGMENT_BYTES; at += 16) {
    const slashes = among(v128.load(at), SLASH, 1)
    if (slashes != 0) return at + ctz(slashes)
  }
  return from + MAX_SEGMENT_BYTES + 1
}

/** What stands for a segment. */
function templateOfSegment(from: usize, size: usize): u64 {
  if (size > MAX_SEGMENT_BYTES) return LEFT
  if (<i32>load<u8>(from) == LOWER_V && isVersion(from, size)) return KEPT
  let digit: u64 = 0
  let hex: u64 = 0
  for (let at: usize = 0; at < size; at += 16) {
    const bytes = v128.load(from + at)
    const digits = among(bytes, ZERO, 10)
    digit |= (<u64>digits) << at
    hex |= (<u64>(digits | among(v128.or(bytes, i8x16.splat(0x20)), LOWER_A, 6))) << at
  }
  const all = u64.MAX_VALUE >> (64 - size)
  digit &= all
  hex &= all
  if (digit == all) return ID
  if (hex == all && (digit != 0 ? size >= 8 : size >= MIN_HEX_WORD_BYTES)) return HEX
  if (size == 36 && hex == UUID_DIGITS && isDashed(from)) return digit == hex ? ID : UUID
  return templateOfWord(from, size, digit, hex, all)
}

function templateOfWord(from: usize, size: usize, digit: u64, hex: u64, all: u64): u64 {
  let lower: u64 = 0
  let upper: u64 = 0
  let joint: u64 = 0
  let mark: u64 = 0
  for (let at: usize = 0; at < size; at += 16) {
    const bytes = v128.load(from + at)
    lower |= (<u64>among(bytes, LOWER_A, 26)) << at
    upper |= (<u64>among(bytes, 0x41, 26)) << at
    joint |= (<u64>(among(bytes, MINUS, 1) | among(bytes, 0x5f, 1))) << at
    // `(` to `,`, `.`, `:`, `!`, `$`, `~`
    mark |= (<u64>(among(bytes, 0x28, 5) | among(bytes, 0x2e, 1) | among(bytes, 0x3a, 1))) << at
    mark |= (<u64>(among(bytes, 0x21, 1) | among(bytes, 0x24, 1) | among(bytes, 0x7e, 1))) << at
  }
  lower &= all
  upper &= all
  joint &= all
  if (((lower | upper | digit | joint | mark) & all) != all) return hasParameters(from, size) ? LEFT : TOKEN
  if (digit != 0 && isDate(from, size, digit)) return DATE
  if ((lower | upper) == 0) return digit != 0 ? ID : size <= 2 ? KEPT : TOKEN
  if (size >= 4 && hex == (all ^ 2) && <i32>load<u8>(from) == ZERO && ((<i32>load<u8>(from, 1)) | 0x20) == LOWER_X)
    return HEX
  return isToken(size, lower, upper, digit, joint) ? TOKEN : KEPT
}

function hasParameters(from: usize, size: usize): bool {
  for (let at = from; at < from + size; at++) if (<i32>load<u8>(at) == SEMICOLON) return true
  return false
}

function isToken(size: usize, lower: u64, upper: u64, digit: u64, joint: u64): bool {
  if (size > MAX_WORD_BYTES || popcnt(joint) >= 4) return true
  const digits = popcnt(digit)
  if (digits >= 3) return true
  if (digits == 0 || size < 6) return false
  // From lower to upper case, and between letters and digits; a capital before small letters is no turn.
  const turns = (lower & ((upper | digit) >> 1)) | (upper & (digit >> 1)) | (digit & ((lower | upper) >> 1))
  return <usize>popcnt(turns) * 2 >= size
}

/** `2026-11`, `2026-11-22`, or the latter with `T` and a time. */
function isDate(from: usize, size: usize, digit: u64): bool {
  if (size < 7 || (digit & MONTH_DIGITS) != MONTH_DIGITS || <i32>load<u8>(from, 4) != MINUS) return false
  if (size == 7) return true
  if (size < 10 || (digit & DAY_DIGITS) != DAY_DIGITS || <i32>load<u8>(from, 7) != MINUS) return false
  if (size == 10) return true
  if (<i32>load<u8>(from, 10) != UPPER_T) return false
  for (let at = from + 11; at < from + size; at++) if (!isInTime(load<u8>(at))) return false
  return true
}

/** Digits and `:`, `.`, `Z`, `+`, `-`. */
function isInTime(byte: i32): bool {
  return isDigit(byte) || byte == 0x3a || byte == 0x2e || byte == 0x5a || byte == 0x2b || byte == MINUS
}

function isDashed(from: usize): bool {
  return (
    <i32>load<u8>(from, 8) == MINUS &&
    <i32>load<u8>(from, 13) == MINUS &&
    <i32>load<u8>(from, 18) == MINUS &&
    <i32>load<u8>(from, 23) == MINUS
  )
}

/** `v1`, `v2.1`, `v1beta2`. */
function isVersion(from: usize, size: usize): bool {
  if (size > 16) return false
  const end = from + size
  let at = digitsEnd(from + 1, end)
  if (at == from + 1 || at > from + 4) return false
  if (at < end && <i32>load<u8>(at) == 0x2e) {
    const start = at + 1
    at = digitsEnd(start, end)
    if (at == start || at > start + 3) return false
  }
  if (at == end) return true
  let stage: usize = 0
  if (load<u32>(at) == BETA) stage = at + 4
  else if (load<u32>(at) == ALPH && <i32>load<u8>(at, 4) == LOWER_A) stage = at + 5
  return stage != 0 && stage <= end && digitsEnd(stage, end) == end && end - stage <= 2
}

function digitsEnd(from: usize, to: usize): usize {
  let at = from
  while (at < to && isDigit(load<u8>(at))) at++
  return at
}
