import type { IncomingMessage } from 'node:http'
import { PassThrough } from 'node:stream'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { array, assert, asyncProperty, constant, double, oneof, string } from 'fast-check'
import { compressSync } from 'snappy'
import { BodyRead, type BodyLimits, type BodyOutcome } from './body-read.js'
import type { Encoding } from './decoder.js'

const LIMITS: BodyLimits = { compressedBytes: 100_000, decodedBytes: 200_000, slowSeconds: 3, minBytesPerSecond: 10 }

const ENCODERS: readonly (readonly [string, Encoding, (plain: Uint8Array) => Buffer])[] = [
  ['plain', 'identity', (plain) => Buffer.from(plain)],
  ['gzip', 'gzip', (plain) => gzipSync(plain)],
  ['gzip without a label', 'identity', (plain) => gzipSync(plain)],
  ['gzip of two members', 'gzip', (plain) => halves(plain, (half) => gzipSync(half))],
  ['deflate with its header', 'deflate', (plain) => deflateSync(plain)],
  ['deflate without its header', 'deflate', (plain) => deflateRawSync(plain)],
  ['brotli', 'br', (plain) => brotliCompressSync(plain)],
  ['zstd', 'zstd', (plain) => zstdCompressSync(plain)],
  ['a snappy block', 'snappy', (plain) => compressSync(Buffer.from(plain))],
  ['zstd of two frames', 'zstd', (plain) => halves(plain, (half) => zstdCompressSync(half))],
]

function halves(plain: Uint8Array, encode: (half: Uint8Array) => Buffer): Buffer {
  const middle = plain.length >> 1
  return Buffer.concat([encode(plain.subarray(0, middle)), encode(plain.subarray(middle))])
}

/** A request body that the test feeds. */
function body(headers: Record<string, string> = {}): PassThrough & IncomingMessage {
  return Object.assign(new PassThrough(), { headers }) as unknown as PassThrough & IncomingMessage
}

async function readAll(
  label: Encoding,
  chunks: readonly Uint8Array[],
  limits = LIMITS,
): Promise<{ outcome: BodyOutcome; plain: Buffer }> {
  const raw = body()
  const plain: Buffer[] = []
  const read = new BodyRead(raw, label, limits, (chunk) => plain.push(chunk) > 0).run()
  for (const chunk of chunks) raw.write(chunk)
  raw.end()
  return { outcome: await read, plain: Buffer.concat(plain) }
}

function cut(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const ends = [...new Set(at.map((share) => Math.floor(share * bytes.length)))].sort((a, b) => a - b)
  return [...ends, bytes.length].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
}

const shares = array(double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 })

/** How often a body of six seconds tells that it waits for its sender, which brings something before each look, or has nothing then. */
async function toldIn(brings: 'always' | 'before ticks', room: Promise<void> | null = null): Promise<number> {
  const raw = body()
  let told = 0
  const limits = { ...LIMITS, slowSeconds: 60 }
  const read = new BodyRead(
    raw,
    'identity',
    limits,
    () => true,
    () => room,
    () => (told += 1),
  )
  const outcome = read.run()
  for (let second = 0; second < 6; second++) {
    raw.write('x')
    await new Promise(setImmediate)
    read.tick()
    if (brings === 'always') raw.write('y')
    await new Promise(setImmediate)
    read.look()
  }
  raw.destroy()
  await outcome
  return told
}

describe('BodyRead', () => {
  describe.each(ENCODERS)('%s', (_name, label, encode) => {
    it('gives the plain bytes, however the body is cut', async () => {
      const texts = oneof(string({ maxLength: 400 }), constant('{"status":200}\n'.repeat(5_000)))
      await assert(
        asyncProperty(texts, shares, async (text, at) => {
          const plain = Buffer.from(text)
          const sent = encode(plain)
          const read = await readAll(label, cut(sent, at))
          expect(read.outcome).toEqual({ result: 'read', bytes: sent.length })
          expect(read.plain.equals(plain)).toBe(true)
        }),
        { numRuns: 60 },
      )
    })

    it('is refused where its end is missing', async () => {
      if (label === 'identity') return
      const sent = encode(Buffer.from('{"status":200}\n'.repeat(500)))
      const read = await readAll(label, [sent.subarray(0, sent.length - 3)])
      expect(read.outcome).toMatchObject({ result: 'refused', refusal: { code: 'truncated_body' } })
    })

    it('is refused where something follows its end', async () => {
      if (label === 'identity') return
      const sent = encode(Buffer.from('{"status":200}\n'.repeat(500)))
      for (const chunks of [[Buffer.concat([sent, Buffer.from('rest')])], [sent, Buffer.from('rest')]]) {
        const read = await readAll(label, chunks)
        expect(read.outcome).toMatchObject({ result: 'refused', refusal: { code: 'bad_compression' } })
      }
    })
  })

  it.each<[Encoding]>([['gzip'], ['deflate'], ['br'], ['zstd'], ['snappy']])(
    'refuses what is not %s',
    async (label) => {
      const read = await readAll(label, [Buffer.from('{"status":200} and some more of it')])
      expect(read.outcome.result).toBe('refused')
    },
  )

  it.each([
    ['takes', 8, 0x68, { result: 'read' }],
    [
      'names the bound for',
      16,
      0x70,
      { refusal: { body: { message: 'the body is not valid zstd: its window is larger than 8 MiB' } } },
    ],
  ])('%s a zstd window of %d MiB', async (_does, _mib, descriptor, outcome) => {
    // The frame of RFC 8878: magic, no flags, window, and one last block as it is.
    const frame = Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0, descriptor, (5 << 3) | 1, 0, 0, ...Buffer.from('hello'))
    expect((await readAll('zstd', [frame])).outcome).toMatchObject(outcome)
  })

  it('takes an empty body for empty, whatever its label says', async () => {
    expect((await readAll('gzip', [])).outcome).toEqual({ result: 'read', bytes: 0 })
  })

  it.each<[Encoding, Buffer]>([
    ['gzip', gzipSync(Buffer.alloc(50_000_000))],
    ['snappy', compressSync(Buffer.alloc(2_000_000))],
  ])('stops a bomb of %s long before it is unpacked', async (label, bomb) => {
    const { outcome, plain } = await readAll(label, [bomb])
    expect(outcome).toMatchObject({ result: 'refused', refusal: { code: 'body_too_large' } })
    expect(plain.length).toBeLessThanOrEqual(LIMITS.decodedBytes)
  })

  it.each([
    ['gives a chunk back that is needed no more', false, 0],
    ['leaves a chunk that is still needed', true, 65_536],
  ])('%s', async (_says, isNeeded, length) => {
    const raw = body()
    const chunk = Buffer.alloc(65_536)
    const read = new BodyRead(raw, 'identity', LIMITS, () => isNeeded).run()
    raw.end(chunk)
    expect(await read).toEqual({ result: 'read', bytes: 65_536 })
    expect(chunk.length).toBe(length)
  })

  describe('whose chunks have no room', () => {
    const TEXT = Buffer.from('{"status":200}\n'.repeat(6_000))

    it.each<[Encoding, Buffer[]]>([
      ['identity', [TEXT.subarray(0, 30_000), TEXT.subarray(30_000, 60_000), TEXT.subarray(60_000)]],
      ['gzip', [gzipSync(TEXT)]],
      ['zstd', [zstdCompressSync(TEXT.subarray(0, 80_000)), zstdCompressSync(TEXT.subarray(80_000))]],
    ])('is held up until there is, and then read to its end: %s', async (label, chunks) => {
      let room: PromiseWithResolvers<void> | null = null
      const taken: Buffer[] = []
      const raw = body()
      const consume = (chunk: Buffer): boolean => {
        expect(room).toBeNull()
        room = Promise.withResolvers<void>()
        return taken.push(chunk) > 0
      }
      const read = new BodyRead(raw, label, LIMITS, consume, () => room?.promise ?? null)
      const outcome = read.run()
      for (const chunk of chunks) raw.write(chunk)
      raw.end()
      const state = { isOver: false }
      void outcome.finally(() => (state.isOver = true))
      while (!state.isOver) {
        await new Promise((resolve) => setTimeout(resolve, 1))
        const full = room as PromiseWithResolvers<void> | null
        room = null
        full?.resolve()
      }
      expect((await outcome).result).toBe('read')
      expect(Buffer.concat(taken).equals(TEXT)).toBe(true)
      expect(taken.length).toBeGreaterThan(1)
    })

    it('does not keep a sender that goes away meanwhile', async () => {
      const raw = body()
      const never = new Promise<void>(() => undefined)
      const read = new BodyRead(
        raw,
        'identity',
        LIMITS,
        () => true,
        () => never,
      ).run()
      raw.write(TEXT)
      await new Promise(setImmediate)
      raw.destroy()
      expect(await read).toMatchObject({ result: 'aborted' })
    })
  })

  it('refuses by the announced length before a byte is read', async () => {
    const read = new BodyRead(body({ 'content-length': '100001' }), 'identity', LIMITS, () => false)
    expect(await read.run()).toMatchObject({ refusal: { code: 'body_too_large' }, bytes: 0 })
  })

  it('refuses a body without an announced length as soon as it is too long', async () => {
    const { outcome } = await readAll('identity', [Buffer.alloc(60_000), Buffer.alloc(60_000)])
    expect(outcome).toMatchObject({ result: 'refused', refusal: { code: 'body_too_large' } })
  })

  it('reports a sender that goes away', async () => {
    const raw = body()
    const read = new BodyRead(raw, 'identity', LIMITS, () => false).run()
    raw.write('{"status":')
    raw.destroy()
    expect(await read).toMatchObject({ result: 'aborted' })
  })

  it('rejects when the reader of the chunks has a bug', async () => {
    const raw = body()
    const read = new BodyRead(raw, 'identity', LIMITS, () => {
      throw new TypeError('a bug')
    }).run()
    raw.write('x')
    await expect(read).rejects.toThrow('a bug')
  })

  it('refuses a body that stands still', async () => {
    const raw = body()
    const read = new BodyRead(raw, 'identity', LIMITS, () => false)
    const outcome = read.run()
    for (let second = 0; second < LIMITS.slowSeconds; second++) read.tick()
    expect(await outcome).toMatchObject({ result: 'refused', refusal: { code: 'slow_body' } })
  })

  it('refuses a body that trickles, and not one that keeps the pace', async () => {
    const pace = async (bytesPerSecond: number): Promise<BodyOutcome> => {
      const raw = body()
      const read = new BodyRead(raw, 'identity', LIMITS, () => false)
      const outcome = read.run()
      for (let second = 0; second < 2 * LIMITS.slowSeconds; second++) {
        raw.write(Buffer.alloc(bytesPerSecond))
        await new Promise(setImmediate)
        read.tick()
      }
      raw.end()
      return outcome
    }
    expect(await pace(LIMITS.minBytesPerSecond - 1)).toMatchObject({ refusal: { code: 'slow_body' } })
    expect(await pace(LIMITS.minBytesPerSecond)).toMatchObject({ result: 'read' })
  })

  it('tells once that it waits for its sender, and not while it is held up here', async () => {
    expect(await toldIn('before ticks')).toBe(1)
    expect(await toldIn('always')).toBe(0)
    expect(await toldIn('before ticks', new Promise(() => undefined))).toBe(0)
  })
})
