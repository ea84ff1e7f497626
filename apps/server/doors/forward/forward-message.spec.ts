import { decodeMulti, encode } from '@msgpack/msgpack'
import * as fc from 'fast-check'
import { DECODING, forwardMessage } from './forward-message.js'

const valid = encode(['web', Buffer.concat([encode([1, { log: 'a' }]), encode([2, { log: 'b' }])]), { chunk: 'c' }])

describe('a message of the forward protocol', () => {
  it('has no record of what is nested past any sense, and goes on', () => {
    let nested: unknown = 1
    for (let i = 0; i < 50_000; i++) nested = [nested]
    const message = forwardMessage([
      'web',
      [
        [1, nested],
        [1, { log: 'a' }],
      ],
      { chunk: 'c' },
    ])
    expect(message?.entries.map(({ record }) => record)).toEqual(['null', '{"log":"a"}'])
  })

  it('is never an exception, whatever it holds', () => {
    const changed = fc
      .tuple(fc.nat(valid.length - 1), fc.nat(255))
      .map(([at, byte]) => valid.map((old, i) => (i === at ? byte : old)))
    fc.assert(
      fc.property(fc.oneof(changed, fc.uint8Array({ maxLength: 60 })), (bytes) => {
        for (const value of values(bytes)) forwardMessage(value)
      }),
      { numRuns: 500 },
    )
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (second, third) => {
        forwardMessage(['web', second, third])
      }),
      { numRuns: 500 },
    )
  })
})

/** What the bytes hold up to where they cannot be read. */
function values(bytes: Uint8Array): unknown[] {
  const found: unknown[] = []
  try {
    for (const value of decodeMulti(bytes, DECODING)) found.push(value)
  } catch {
    // The connection ends there.
  }
  return found
}
