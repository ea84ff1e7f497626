import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { PassThrough } from 'node:stream'
import * as fc from 'fast-check'
import { FileShipment } from './file-shipment.js'
import { Progress } from './progress.js'
import { PlayedServer, turn } from './testing/played-server.js'

const LINE = `${'x'.repeat(99)}\n`
/** More than the 1 + 2 + 4 MiB of the first three batches. */
const CONTENT = Buffer.from(LINE.repeat(100_000))

let folder: string
let path: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'statusline-shipment-'))
  path = join(folder, 'access.log')
  await writeFile(path, CONTENT)
})
afterAll(() => rm(folder, { recursive: true }))

function ship(server: PlayedServer, name = path): Promise<void> {
  const progress = new Progress(new PassThrough(), null, () => 0)
  const shipping = { sender: server, progress, signal: new AbortController().signal }
  return new FileShipment(name, shipping, { now: () => 0, pause: turn }).once(true)
}

describe('the shipment of a file', () => {
  it('sends the next batch while the one before is being counted, but none beside the first', async () => {
    const server = new PlayedServer(() => 'slow')
    await ship(server)
    expect(Buffer.concat(server.taken).equals(CONTENT)).toBe(true)
    const [first, second, ...others] = server.besides
    expect([first, second]).toEqual([0, 0])
    expect(new Set(others)).toEqual(new Set([1]))
  })

  it('counts every byte once, whichever batches overtake others', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 6 }), async (overtaken) => {
        const server = new PlayedServer((attempt) => (overtaken[attempt - 1] === true ? 'overtaken' : 'in order'))
        await ship(server)
        expect(Buffer.concat(server.taken).equals(CONTENT)).toBe(true)
      }),
      { numRuns: 25 },
    )
  })

  it.each([1, 2, 3, 4])('ends with the reason where batch %d is refused for good', async (which) => {
    const server = new PlayedServer((attempt) => (attempt === which ? 'refused' : 'in order'))
    await expect(ship(server)).rejects.toThrow('no more room')
    expect(CONTENT.subarray(0, Buffer.concat(server.taken).length).equals(Buffer.concat(server.taken))).toBe(true)
  })
})

describe('the shipment of a .gz file that is cut off', () => {
  const plain = Buffer.from(Array.from({ length: 200_000 }, (_, n) => `${n} ${Math.sin(n)}\n`).join(''))
  const whole = gzipSync(plain)

  it('sends all lines before the break and waits for them, then says so; the whole file goes on there', async () => {
    const cut = join(folder, 'cut.log.gz')
    const sums: number[] = []
    for (const fate of ['slow', 'in order', 'slow'] as const) {
      const server = new PlayedServer(() => fate)
      await writeFile(cut, whole.subarray(0, -200_000))
      await expect(ship(server, cut)).rejects.toThrow('cut.log.gz is no whole gzip file: unexpected end of file')
      const taken = Buffer.concat(server.taken)
      expect(taken.length).toBeGreaterThan(1 << 20)
      expect(taken.at(-1)).toBe(10)
      expect(plain.subarray(0, taken.length).equals(taken)).toBe(true)
      sums.push(taken.length)
      await writeFile(cut, whole)
      await ship(server, cut)
      expect(Buffer.concat(server.taken).equals(plain)).toBe(true)
      await writeFile(cut, whole.subarray(0, -200_000))
      await expect(ship(server, cut)).rejects.toThrow('no whole gzip file')
      expect(Buffer.concat(server.taken).length).toBe(plain.length)
    }
    expect(new Set(sums).size).toBe(1)
  })
})

describe('the unfinished last line of a file', () => {
  const MINUTE_MS = 60_000
  const now = Date.parse('2026-11-23T12:00:00Z')

  it.each([
    ['is left while the file may be being written', now - MINUTE_MS / 2, true, 'one\n'],
    ['is sent when nobody wrote for a minute', now - 2 * MINUTE_MS, true, 'one\ntwo'],
    ['is sent of what is loaded as it is', now - MINUTE_MS / 2, false, 'one\ntwo'],
  ])('%s', async (_, writtenMs, mayGrow, sent) => {
    const growing = join(folder, 'growing.log')
    await writeFile(growing, 'one\ntwo')
    await utimes(growing, writtenMs / 1000, writtenMs / 1000)
    const [server, said] = [new PlayedServer(), new PassThrough({ encoding: 'utf8' })]
    const progress = new Progress(said, null, () => 0)
    const shipping = { sender: server, progress, signal: new AbortController().signal }
    const shipment = new FileShipment(growing, shipping, { now: () => now, pause: turn })
    await shipment.once(mayGrow)
    expect(Buffer.concat(server.taken).toString()).toBe(sent)
    expect(String(said.read()).includes('3 bytes are left for the next run')).toBe(sent === 'one\n')
  })
})
