import { TAIL_BYTES, fingerprint, identify, tailDigest, type Content, type KnownFile } from './file-identity.js'

const contentOf = (bytes: Buffer): Content => ({
  read: async (from, length) => bytes.subarray(from, from + length),
})

/** A server's memory: what `acknowledge` was told. */
class Memory {
  private readonly files = new Map<string, KnownFile>()
  readonly lookUp = async (name: string) => this.files.get(name) ?? null

  acknowledge(name: string, bytes: Buffer, end: number): void {
    this.files.set(name, { end, tail: tailDigest(bytes.subarray(Math.max(0, end - TAIL_BYTES), end)) })
  }
}

const line = (n: number) => `192.0.2.1 - - [22/Nov/2026:23:20:26 +0000] "GET /a/${n} HTTP/1.1" 200 12\n`
const log = (from: number, to: number) =>
  Buffer.from(Array.from({ length: to - from }, (_, i) => line(from + i)).join(''))

describe('a file that the server', () => {
  it('has never seen begins at 0 under its longest prefix', async () => {
    const bytes = log(0, 100)
    expect(await identify(contentOf(bytes), new Memory().lookUp)).toEqual({
      fingerprint: fingerprint(bytes.subarray(0, 4096)),
      end: 0,
    })
  })

  it('knows from when it was small goes on under its old name, however much it grew', async () => {
    const memory = new Memory()
    const small = log(0, 2)
    const { fingerprint: name } = await identify(contentOf(small), memory.lookUp)
    memory.acknowledge(name, small, small.length)
    expect(await identify(contentOf(log(0, 500)), memory.lookUp)).toEqual({ fingerprint: name, end: small.length })
  })

  it('knows under a beginning that another file shares is not taken for that file', async () => {
    const memory = new Memory()
    const first = Buffer.concat([log(0, 1), log(10, 20)])
    const other = Buffer.concat([log(0, 1), log(50, 400)])
    const small = first.subarray(0, 70)
    const { fingerprint: name } = await identify(contentOf(small), memory.lookUp)
    memory.acknowledge(name, first, first.length)
    const found = await identify(contentOf(other), memory.lookUp)
    expect(found.end).toBe(0)
    expect(found.fingerprint).not.toBe(name)
  })

  it('knows as a twin of the same short beginning gets a name of its own', async () => {
    const memory = new Memory()
    const first = Buffer.from('GET / 200 same beginning, first end\n')
    const second = Buffer.from('GET / 200 same beginning, other end\n')
    const one = await identify(contentOf(first), memory.lookUp)
    memory.acknowledge(one.fingerprint, first, first.length)
    const two = await identify(contentOf(second), memory.lookUp)
    expect(two).toEqual({ fingerprint: fingerprint(second.subarray(0, 16), 1), end: 0 })
    memory.acknowledge(two.fingerprint, second, second.length)
    expect(await identify(contentOf(first), memory.lookUp)).toEqual({ ...one, end: first.length })
    expect(await identify(contentOf(second), memory.lookUp)).toEqual({ ...two, end: second.length })
  })

  it('holds more of than is there now (truncated) is a new file', async () => {
    const memory = new Memory()
    const before = log(0, 300)
    const { fingerprint: name } = await identify(contentOf(before), memory.lookUp)
    memory.acknowledge(name, before, before.length)
    expect((await identify(contentOf(log(300, 310)), memory.lookUp)).end).toBe(0)
  })
})
