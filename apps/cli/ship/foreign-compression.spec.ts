import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { foreignCompression } from './foreign-compression.js'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'statusline-compression-'))))
afterEach(() => rmSync(folder, { recursive: true }))

describe('a file that is compressed', () => {
  it.each<[string, Buffer, string | null]>([
    ['zstd', zstdCompressSync('a line\n'), 'zstd'],
    ['xz', Buffer.from('fd377a585a000004e6d6b446', 'hex'), 'xz'],
    ['bzip2', Buffer.from('425a6839314159265359f5ab', 'hex'), 'bzip2'],
    ['gzip', gzipSync('a line\n'), null],
    ['nothing, with the letters of bzip2', Buffer.from('BZh9 is a user agent\n'), null],
    ['nothing, and empty', Buffer.alloc(0), null],
  ])('by %s', async (_by, bytes, program) => {
    const path = join(folder, 'access.log')
    writeFileSync(path, bytes)
    expect(await foreignCompression(path)).toBe(program)
  })
})
