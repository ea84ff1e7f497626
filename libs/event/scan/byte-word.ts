import { METHODS } from '../http-event.js'
import { MAX_LABEL_BYTES } from '../label.js'
import { DOT, MINUS, SLASH, SPACE } from './byte-class.js'

const HTTP_WORD = 0x50545448
const MAX_METHOD_BYTES = 12
/** Index into METHODS by first byte and length, which no two methods share; 0 for none. */
const METHOD_BY_START = new Uint8Array(256 * (MAX_METHOD_BYTES + 1))
const METHOD_BYTES = new Uint8Array(METHODS.length * MAX_METHOD_BYTES)
for (const [index, method] of METHODS.entries()) {
  if (index === 0) continue
  METHOD_BY_START[method.charCodeAt(0) * (MAX_METHOD_BYTES + 1) + method.length] = index
  METHOD_BYTES.set(new TextEncoder().encode(method), index * MAX_METHOD_BYTES)
}

/** Index into METHODS of the bytes `from..to`; 0 where they are none of them. */
export function methodAt(bytes: Uint8Array, from: number, to: number): number {
  const size = to - from
  if (size > MAX_METHOD_BYTES) return 0
  const index = METHOD_BY_START[(bytes[from] as number) * (MAX_METHOD_BYTES + 1) + size] as number
  for (let i = 1; i < size; i++) if (METHOD_BYTES[index * MAX_METHOD_BYTES + i] !== bytes[from + i]) return 0
  return index
}

/** Index into PROTOCOLS of the eight bytes `HTTP/x.y`, or -1. */
export function protocolAt(bytes: Uint8Array, words: DataView, from: number): number {
  if (from + 8 > words.byteLength || words.getInt32(from, true) !== HTTP_WORD) return -1
  if (bytes[from + 4] !== SLASH || bytes[from + 6] !== DOT) return -1
  const minor = bytes[from + 7]
  switch (bytes[from + 5]) {
    case 0x31:
      return minor === 0x31 ? 2 : minor === 0x30 ? 1 : -1
    case 0x32:
      return minor === 0x30 ? 3 : -1
    case 0x33:
      return minor === 0x30 ? 4 : -1
    default:
      return -1
  }
}

/** Whether a range is empty or `-`. Rarer words for "absent" are left to the exact path. */
export function isAbsentAt(bytes: Uint8Array, from: number, to: number): boolean {
  return to === from || (to === from + 1 && bytes[from] === MINUS)
}

/** Whether a range is a label that needs no trimming, cutting or closer look. */
export function isLabelAt(bytes: Uint8Array, from: number, to: number): boolean {
  const size = to - from
  if (size < 2) return size === 1 && bytes[from] !== MINUS && bytes[from] !== SPACE
  if (size > MAX_LABEL_BYTES || bytes[to - 1] === SPACE) return false
  switch (bytes[from]) {
    case SPACE:
    case 0x3c: // <NOSRV>
    case 0x5b: // [REDACTED]
      return false
    case 0x6e: // null
      return size !== 4
    default:
      return true
  }
}
