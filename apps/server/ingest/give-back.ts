/** Smaller chunks are left to the garbage collector, which is quicker with them. */
const LEAST_BYTES = 16 * 1024

/**
 * Frees the memory of a chunk that nobody needs any more; it is empty afterwards. Bodies come in chunks of 64 KiB outside the heap,
 * and left to themselves these make the collector go through the whole heap every few MB: a fifth of the time of a busy
 * server. A chunk that shares its memory with others is left alone.
 */
export function giveBack(chunk: Buffer): void {
  const { buffer } = chunk
  if (chunk.length >= LEAST_BYTES && chunk.length === buffer.byteLength && buffer instanceof ArrayBuffer)
    buffer.transfer(0)
}
