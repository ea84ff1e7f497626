import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
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
    ['cut off', gzipSync('0123456789').subarray(0, -9)],
    ['something else', Buffer.from('plain text')],
  ])('names a file that is %s', async (_how, bytes) => {
    const path = written(bytes)
    const content = await GzipContent.open(path)
    await expect(content.read(0, 100)).rejects.toThrow(`${path} is no whole gzip file: `)
    await content.close()
  })

  it('keeps the words of the system for a file that is not there', async () => {
    await expect(GzipContent.open(join(folder, 'nothing.gz'))).rejects.toThrow('ENOENT')
  })
})
