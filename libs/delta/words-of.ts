/*
 * Bytes read four at a time through a DataView, which the engine compiles to single loads. The views of the last two
 * buffers are kept, because labels come from two places in turn: the body and the route template.
 */
const NONE = new Uint8Array(0)
let lastBytes: Uint8Array = NONE
let lastView: DataView = new DataView(NONE.buffer)
let olderBytes: Uint8Array = NONE
let olderView = lastView

/** A view of these bytes, the same one while they are asked for again. */
export const wordsOf = (bytes: Uint8Array): DataView => {
  if (bytes === lastBytes) return lastView
  const [newBytes, newView] = [olderBytes, olderView]
  olderBytes = lastBytes
  olderView = lastView
  lastBytes = bytes
  lastView = bytes === newBytes ? newView : new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return lastView
}

/** A hash of the bytes `from..to` that begins with `seed`. */
export const hashOf = (words: DataView, from: number, to: number, seed: number): number => {
  let hash = seed ^ Math.imul(to - from, 0x9e3779b1)
  let at = from
  for (const end = to - 3; at < end; at += 4) {
    hash = Math.imul(hash ^ words.getInt32(at, true), 0x2c1b3c6d)
    hash ^= hash >>> 15
  }
  for (; at < to; at++) hash = Math.imul(hash ^ words.getUint8(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x297a2d39)
  return hash ^ (hash >>> 13)
}

/** Whether `size` bytes at `at` and `otherAt` are the same. */
export const sameBytes = (a: DataView, at: number, b: DataView, otherAt: number, size: number): boolean => {
  let step = 0
  for (const end = size - 3; step < end; step += 4) {
    if (a.getInt32(at + step, true) !== b.getInt32(otherAt + step, true)) return false
  }
  for (; step < size; step++) if (a.getUint8(at + step) !== b.getUint8(otherAt + step)) return false
  return true
}
