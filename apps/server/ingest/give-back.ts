/** Smaller chunks are left to the garbage collector, which is quicker with them. */
const LEAST_BYTES = 16 * 1024

/** The bytes of a chunk that is large enough to be worth it and shares its memory with nobody; else null. */
export function ownBytes(chunk: Buffer): Uint8Array<ArrayBuffer> | null {
  const { buffer } = chunk
  const isOwn = chunk.length >= LEAST_BYTES && chunk.length === buffer.byteLength && buffer instanceof ArrayBuffer
  return isOwn ? new Uint8Array(buffer) : null
}

/**
 * Frees the memory of a chunk that nobody needs any more; it is empty afterwards. Bodies come in chunks of 64 KiB outside the heap,
 * and left to themselves these make the collector go through the whole heap every few MB: a fifth of the time of a busy
 * server. A chunk that shares its memory with others is left alone.
 */
export function giveBack(chunk: Buffer): void {
  ownBytes(chunk)?.buffer.transfer(0)
}
