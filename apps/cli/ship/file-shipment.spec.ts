import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import * as fc from 'fast-check'
import { tailDigest, tailOf, type KnownFile, type Position } from './file-identity.js'
import { FileShipment } from './file-shipment.js'
import { Progress } from './progress.js'
import { BatchRefused, type BatchReply } from './sender.js'

const TAKEN: BatchReply = { accepted: 1, duplicate: 0, rejected: 0, errors: [] }
const LINE = `${'x'.repeat(99)}\n`
/** More than the 1 + 2 + 4 MiB of the first three batches. */
const CONTENT = Buffer.from(LINE.repeat(100_000))

/** `slow`: answered when another batch has come, or after a while. */
type Fate = 'slow' | 'in order' | 'overtaken' | 'refused'

/** What a server keeps of files: it takes a span only where the one before ended. `fate` says what becomes of the n-th attempt. */
class PlayedServer {
  readonly taken: Buffer[] = []
  /** For each attempt, how many others were under way when it began. */
  readonly besides: number[] = []
  private underWay = 0
  private another = Promise.withResolvers<void>()
  private readonly files = new Map<string, KnownFile>()

  constructor(private readonly fate: (attempt: number) => Fate) {}

  lookUp(fingerprint: string): Promise<KnownFile | null> {
    return Promise.resolve(this.files.get(fingerprint) ?? null)
  }

  async sendSpan({ fingerprint, end, tail }: Position, body: Uint8Array, sent: () => void): Promise<BatchReply | null> {
    const attempt = this.besides.push(this.underWay++)
    this.another.resolve()
    this.another = Promise.withResolvers()
    const fate = this.fate(attempt)
    await turn()
    sent()
    if (fate === 'slow') await Promise.race([this.another.promise, wait(200)])
    for (let turns = 0; turns < (fate === 'overtaken' ? 20 : 4); turns++) await turn()
    this.underWay--
    if (fate === 'refused') throw new BatchRefused('no more room')
    if ((this.files.get(fingerprint)?.end ?? 0) !== end) return null
    this.files.set(fingerprint, { end: end + body.length, tail: tailDigest(tailOf(tail, body)) })
    this.taken.push(Buffer.from(body))
    return TAKEN
  }
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

let folder: string
let path: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'statusline-shipment-'))
  path = join(folder, 'access.log')
  await writeFile(path, CONTENT)
})
afterAll(() => rm(folder, { recursive: true }))

function ship(server: PlayedServer): Promise<void> {
  const progress = new Progress(new PassThrough(), null, () => 0)
  const shipping = { sender: server, progress, signal: new AbortController().signal }
  return new FileShipment(path, shipping, { now: () => 0, pause: turn }).once(true)
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
