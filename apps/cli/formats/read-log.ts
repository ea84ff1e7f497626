import { PassThrough, Writable, type Readable, type Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createZstdDecompress } from 'node:zlib'

const GZIP = Buffer.of(0x1f, 0x8b)
const ZSTD = Buffer.of(0x28, 0xb5, 0x2f, 0xfd)

/**
 * Hands on the bytes of a log, decompressed where its first bytes say that it is gzip or zstd. Rejects for a broken one, after
 * what stands before the break was handed on.
 */
export async function readLog(stream: Readable, signal: AbortSignal, take: (chunk: Uint8Array) => void): Promise<void> {
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      take(chunk)
      done()
    },
  })
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  const first = await headOf(chunks)
  await pipeline(resumed(first, chunks), decompressorOf(first), sink, { signal })
}

/** The first bytes, at least as many as a magic number has, unless the log is shorter. */
async function headOf(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  const head: Buffer[] = []
  for (let size = 0; size < ZSTD.length;) {
    const next = await chunks.next()
    if (next.done === true) break
    head.push(next.value)
    size += next.value.length
  }
  return Buffer.concat(head)
}

function decompressorOf(first: Buffer): Transform {
  if (first.subarray(0, GZIP.length).equals(GZIP)) return createGunzip()
  return first.subarray(0, ZSTD.length).equals(ZSTD) ? createZstdDecompress() : new PassThrough()
}

async function* resumed(first: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (first.length > 0) yield first
  for (;;) {
    const next = await chunks.next()
    if (next.done === true) return
    yield next.value
  }
}
