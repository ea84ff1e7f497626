import { encode } from '@msgpack/msgpack'
import * as fc from 'fast-check'
import { forwardMessage } from './forward-message.js'
import { MessageFrames } from './message-frames.js'

const valid = encode(['web', Buffer.concat([encode([1, { log: 'a' }]), encode([2, { log: 'b' }])]), { chunk: 'c' }])

const messageOf = (value: unknown) => forwardMessage(Buffer.from(encode(value, { maxDepth: 100 })))
const recordsOf = (value: unknown) => [...(messageOf(value)?.entries ?? [])].map(({ record }) => record)

/** Messages of a stream that is cut into chunks of this size. */
function framed(stream: Uint8Array, size = Infinity): Buffer[] {
  const frames = new MessageFrames()
  const found: Buffer[] = []
  for (let at = 0; at < stream.length; at += size) found.push(...frames.push(stream.subarray(at, at + size)))
  return found
}

describe('a message of the forward protocol', () => {
  it('has no record of what is nested past any sense, and goes on', () => {
    let nested: unknown = 1
    for (let i = 0; i < 90; i++) nested = [nested]
    const records = recordsOf([
      'web',
      [
        [1, nested],
        [1, { log: 'a' }],
      ],
      { chunk: 'c' },
    ])
    expect(records).toHaveLength(2)
    expect(records[0]).toMatch(/^\[+null\]+$/)
    expect(records[1]).toBe('{"log":"a"}')
  })

  it.each([
    ['no array', { a: 1 }],
    ['an array of one', ['web']],
    ['no tag', [1, [], {}]],
    ['no entries', ['web', null]],
  ])('is not %s', (_what, value) => expect(messageOf(value)).toBeNull())

  it.each([
    ['text', 'c1', 'c1', 'a2 63 31'],
    ['bytes that are text', Buffer.from('c1'), 'c1', 'c4 02 63 31'],
    ['bytes that are none', Buffer.from([0x00, 0xff, 0x01]), '00ff01', 'c4 03 00 ff 01'],
    ['no text and no bytes', 7, null, ''],
    ['nothing', undefined, null, ''],
  ])('has a chunk that is %s, as it was written', (_what, id, chunk, written) => {
    for (const entries of [[], Buffer.alloc(0)]) {
      const message = messageOf(['web', entries, { size: 1, chunk: id, more: [{ chunk: 'x' }] }])
      expect(message?.chunk).toBe(chunk)
      expect(message?.writtenChunk).toEqual(Buffer.from(written.replaceAll(' ', ''), 'hex'))
    }
  })

  it('may hold packed entries that break off: those before the break count', () => {
    const packed = Buffer.concat([encode([1, { log: 'a' }]), Buffer.from([0x92, 0x01])])
    expect(recordsOf(['web', packed])).toEqual(['{"log":"a"}', 'null'])
    expect(recordsOf(['web', Buffer.from('no gzip'), { compressed: 'gzip' }])).toEqual(['null'])
  })
})

describe('messages of a connection', () => {
  it('are the same wherever their bytes are cut', () => {
    const stream = Buffer.concat([valid, encode('alone'), valid])
    for (const size of [Infinity, 1, 2, 7]) {
      const messages = framed(stream, size)
      expect(messages.map((message) => message.length)).toEqual([valid.length, 6, valid.length])
      expect([...(forwardMessage(messages[0]!)?.entries ?? [])]).toHaveLength(2)
    }
  })

  it('cost what they hold, not what they claim', () => {
    const claim = Buffer.from([0xdd, 0x7f, 0xff, 0xff, 0xff])
    const before = process.memoryUsage()
    expect(framed(Buffer.concat(Array.from({ length: 2_000 }, () => claim)))).toEqual([])
    const after = process.memoryUsage()
    expect(after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers).toBeLessThan(8e6)
  })

  it('never make an exception of what is a whole value', () => {
    const changed = fc
      .tuple(fc.nat(valid.length - 1), fc.nat(255))
      .map(([at, byte]) => valid.map((old, i) => (i === at ? byte : old)))
    fc.assert(
      fc.property(
        fc.oneof(changed, fc.uint8Array({ maxLength: 60 })),
        fc.integer({ min: 1, max: 70 }),
        (bytes, size) => {
          for (const message of framed(bytes, size))
            for (const entry of forwardMessage(message)?.entries ?? []) expect(typeof entry.record).toBe('string')
        },
      ),
      { numRuns: 1_000 },
    )
  })
})
