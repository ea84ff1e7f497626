import { createGunzip, type Gunzip } from 'node:zlib'

/**
 * Decompresses gzip. Throws where it is broken or cut off, after all that stands before: the same for the same bytes, however
 * long whoever asks takes. A pipe loses what lies in its buffers then, more or less of it.
 */
export async function* gunzipped(compressed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip()
  const made: Buffer[] = []
  gunzip.on('error', ignore).on('data', (chunk: Buffer) => made.push(chunk))
  try {
    for await (const piece of compressed) {
      const failure = await told(gunzip, (done) => gunzip.write(piece, done))
      yield* made.splice(0)
      if (failure !== null) throw failure
      // What follows the last member is padding.
      if (gunzip.readableEnded) return
    }
    // With the last piece, the end would take away what that piece holds when it comes too early.
    const failure = await told(gunzip, () => gunzip.end())
    yield* made.splice(0)
    if (failure !== null) throw failure
  } finally {
    gunzip.destroy()
  }
}

/** What it fails with, or null when it did what it was asked for, or met the end. */
function told(gunzip: Gunzip, ask: (done: (error?: Error | null) => void) => void): Promise<Error | null> {
  return new Promise((resolve) => {
    const settle = (failure?: Error | null) => {
      gunzip.off('error', settle).off('end', settle)
      resolve(failure ?? null)
    }
    gunzip.once('error', settle).once('end', settle)
    ask(settle)
  })
}

const ignore = () => undefined
