/*
 * Bytes read four at a time through a DataView, which the engine compiles to single loads. The views of the last two
 * buffers are kept, because labels come from two places in turn: the body and the route template.
 */
const NONE = new Uint8Array(0)
let bytesA: Uint8Array = NONE
let bytesB: Uint8Array = NONE
let viewA: DataView = new DataView(NONE.buffer)
let viewB = viewA
let nextIsA = true

/** A view of these bytes, the same one while they are asked for again. */
export const wordsOf = (bytes: Uint8Array): DataView => {
  if (bytes === bytesA) return viewA
  return bytes === bytesB ? viewB : newView(bytes)
}

const newView = (bytes: Uint8Array): DataView => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (nextIsA) {
    bytesA = bytes
    viewA = view
  } else {
    bytesB = bytes
    viewB = view
  }
  nextIsA = !nextIsA
  return view
}

/** A hash of the bytes `from..to` that begins with `seed`. The last word overlaps the one before. */
export const hashOf = (words: DataView, from: number, to: number, seed: number): number => {
  const size = to - from
  let hash = seed ^ Math.imul(size, 0x9e3779b1)
  if (size >= 4) {
    const last = to - 4
    for (let at = from; at < last; at += 4) hash = Math.imul(hash ^ words.getInt32(at, true), 0x2c1b3c6d)
    hash ^= words.getInt32(last, true)
  } else for (let at = from; at < to; at++) hash = Math.imul(hash ^ words.getUint8(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  hash = Math.imul(hash ^ (hash >>> 13), 0x297a2d39)
  return hash ^ (hash >>> 16)
}

/** Whether `size` bytes at `at` and `otherAt` are the same. */
export const sameBytes = (a: DataView, at: number, b: DataView, otherAt: number, size: number): boolean => {
  if (size < 4) {
    for (let step = 0; step < size; step++) if (a.getUint8(at + step) !== b.getUint8(otherAt + step)) return false
    return true
  }
  const last = size - 4
  for (let step = 0; step < last; step += 4) {
    if (a.getInt32(at + step, true) !== b.getInt32(otherAt + step, true)) return false
  }
  return a.getInt32(at + last, true) === b.getInt32(otherAt + last, true)
}
