import { open } from 'node:fs/promises'

/** Programs whose files are not read, by the first bytes of a file, latin1; text begins with none of them. */
const PROGRAMS: readonly (readonly [program: string, magic: RegExp])[] = [
  ['zstd', /^\x28\xb5\x2f\xfd/],
  ['xz', /^\xfd7zXZ\0/],
  ['bzip2', /^BZh[1-9]1AY&SY/],
]
const MAGIC_BYTES = 10

/** The program that compressed a file which cannot be read, by its first bytes; null for all others. */
export async function foreignCompression(path: string): Promise<string | null> {
  const handle = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAGIC_BYTES), 0, MAGIC_BYTES, 0)
    const head = buffer.toString('latin1', 0, bytesRead)
    return PROGRAMS.find(([, magic]) => magic.test(head))?.[0] ?? null
  } finally {
    await handle.close()
  }
}
