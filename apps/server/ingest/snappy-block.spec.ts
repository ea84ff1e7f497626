import { assert, asyncProperty, integer, uint8Array } from 'fast-check'
import { compressSync } from 'snappy'
import { SnappyBlock } from './snappy-block.js'

/** What comes out of a block that arrives in chunks of this size; null where it is refused. */
function read(block: Uint8Array, chunkBytes = block.length): Promise<Buffer | null> {
  const engine = new SnappyBlock()
  const out: Buffer[] = []
  return new Promise((resolve) => {
    engine.on('data', (chunk: Buffer) => out.push(chunk))
    engine.on('error', () => resolve(null))
    engine.on('end', () => resolve(Buffer.concat(out)))
    for (let i = 0; i < block.length; i += chunkBytes) engine.write(block.subarray(i, i + chunkBytes))
    engine.end()
  })
}

/** Text with repeats near and far, which no window holds whole. */
const LOG = Buffer.from(
  Array.from({ length: 20_000 }, (_, i) => `{"status":200,"path":"/orders/${(i * 7919) % 10_007}"}\n`).join(''),
)

describe('SnappyBlock', () => {
  it.each([1, 3, 1_000, 65_536, 10_000_000])('reads a long block in chunks of %i bytes', async (chunkBytes) => {
    expect((await read(compressSync(LOG), chunkBytes))?.equals(LOG)).toBe(true)
  })

  it('reads a block of zeros, which is one copy after another', async () => {
    const zeros = Buffer.alloc(1_000_000)
    expect((await read(compressSync(zeros)))?.equals(zeros)).toBe(true)
  })

  it.each([
    ['a length beyond 32 bits', [0xff, 0xff, 0xff, 0xff, 0x7f, 0]],
    ['a length without an end', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
    ['a copy of nothing', [4, 0b1, 0]],
    ['a copy from before the beginning', [8, 0, 0x61, 0b1, 2]],
    ['a literal of almost 4 GiB', [9, 0xfc, 0xff, 0xff, 0xff, 0xff, 1]],
    ['a literal that overflows to nothing', [9, 0xfc, 0xfb, 0xff, 0xff, 0xff, 1]],
    ['a copy further back than a block', [9, 0, 0x61, 0b11, 1, 0, 1, 0]],
    ['more than it said', [1, 4, 0x61, 0x62]],
    ['less than it said', [3, 4, 0x61, 0x62]],
  ])('refuses %s', async (_what, bytes) => {
    expect(await read(Uint8Array.from(bytes))).toBeNull()
  })

  it('never breaks, whatever it is given', async () => {
    const real = compressSync(LOG.subarray(0, 2_000))
    await assert(
      asyncProperty(uint8Array({ maxLength: 60 }), integer({ min: 0, max: real.length }), async (noise, at) => {
        await read(noise, 7)
        const mutated = Uint8Array.from(real)
        mutated.set(noise.subarray(0, real.length - at), at)
        await read(mutated, 100)
      }),
      { numRuns: 300 },
    )
  })
})
