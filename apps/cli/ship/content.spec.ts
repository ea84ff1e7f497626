import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { constants, gunzipSync, gzipSync } from 'node:zlib'
import { GzipContent } from './content.js'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'statusline-content-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const written = (bytes: Uint8Array): string => {
  const path = join(folder, 'access.log.gz')
  writeFileSync(path, bytes)
  return path
}
const text = async (content: GzipContent, from: number, length: number) =>
  Buffer.from(await content.read(from, length)).toString()

describe('GzipContent', () => {
  it('reads forward, and back by beginning again', async () => {
    const content = await GzipContent.open(written(gzipSync('0123456789')))
    expect(await text(content, 2, 3)).toBe('234')
    expect(await text(content, 8, 5)).toBe('89')
    expect(await text(content, 0, 2)).toBe('01')
    await content.close()
  })

  it.each([
    ['cut off', gzipSync('0123456789').subarray(0, -9), '0123456789'],
    ['something else', Buffer.from('plain text'), ''],
  ])('gives what stands before the break of a file that is %s, and names it', async (_how, bytes, before) => {
    const path = written(bytes)
    const content = await GzipContent.open(path)
    for (let time = 0; time < 2; time++) {
      expect(await text(content, 0, 100)).toBe(before)
      expect(content.broken?.message).toMatch(`${path} is no whole gzip file: `)
    }
    expect(await text(content, before.length, 100)).toBe('')
    await content.close()
  })

  it('gives all that can be decompressed of a file of many chunks that is cut off, in reads of any length', async () => {
    const plain = Buffer.from(Array.from({ length: 60_000 }, (_, n) => `${n} ${Math.sin(n)}\n`).join(''))
    const cut = gzipSync(plain).subarray(0, -100_000)
    const most = gunzipSync(cut, { finishFlush: constants.Z_SYNC_FLUSH })
    for (const step of [100_000, 1_000_003, 8 << 20]) {
      const content = await GzipContent.open(written(cut))
      const parts: Uint8Array[] = []
      for (let from = 0; content.broken === null; from += step) {
        parts.push(await content.read(from, step))
        await new Promise(setImmediate)
      }
      expect(Buffer.concat(parts).equals(most)).toBe(true)
      await content.close()
    }
  })

  it('reads members that follow one another, and zeros behind them', async () => {
    const members = Buffer.concat([gzipSync('0123'), gzipSync('456789'), Buffer.alloc(50_000)])
    const content = await GzipContent.open(written(members))
    expect(await text(content, 0, 100)).toBe('0123456789')
    expect(content.broken).toBeNull()
    await content.close()
  })

  it('keeps the words of the system for a file that is not there', async () => {
    await expect(GzipContent.open(join(folder, 'nothing.gz'))).rejects.toThrow('ENOENT')
  })
})
