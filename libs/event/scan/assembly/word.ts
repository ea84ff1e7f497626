import { DOT, MINUS, SLASH, SPACE } from './bytes'
import { MAX_METHOD_BYTES, METHOD_BY_START, METHOD_BYTES } from './memory'
import { MAX_LABEL_BYTES } from '../limit'

const HTTP_WORD: u32 = 0x50545448
const NULL_WORD: u32 = 0x6c6c756e

/** Index into METHODS of the bytes `from..to`; 0 where they are none of them. */
export function methodAt(from: usize, to: usize): i32 {
  const size = <i32>(to - from)
  if (size > MAX_METHOD_BYTES) return 0
  const index: usize = load<u8>(METHOD_BY_START + <usize>load<u8>(from) * (MAX_METHOD_BYTES + 1) + size)
  const bytes = METHOD_BYTES + (index << 4)
  for (let at: i32 = 1; at < size; at++) if (load<u8>(bytes + at) != load<u8>(from + at)) return 0
  return <i32>index
}

/** Index into PROTOCOLS of the eight bytes `HTTP/x.y`, or -1. */
export function protocolAt(from: usize): i32 {
  if (load<u32>(from) != HTTP_WORD || <i32>load<u8>(from, 4) != SLASH || <i32>load<u8>(from, 6) != DOT) return -1
  const major: i32 = load<u8>(from, 5)
  const minor: i32 = load<u8>(from, 7)
  if (major == 0x31) return minor == 0x31 ? 2 : minor == 0x30 ? 1 : -1
  if (minor != 0x30) return -1
  return major == 0x32 ? 3 : major == 0x33 ? 4 : -1
}

/** Whether a range is a label that needs no trimming, cutting or closer look. */
export function isLabel(from: usize, to: usize): bool {
  const size = <i32>(to - from)
  const first: i32 = load<u8>(from)
  if (size < 2) return size == 1 && first != MINUS && first != SPACE
  if (size > MAX_LABEL_BYTES || <i32>load<u8>(to - 1) == SPACE) return false
  // `<NOSRV>`, `[REDACTED]`, `null`
  if (first == SPACE || first == 0x3c || first == 0x5b) return false
  return size != 4 || load<u32>(from) != NULL_WORD
}

export function isUpper(byte: i32): bool {
  return <u32>(byte - 0x41) < 26
}
