import * as fc from 'fast-check'
import { SyslogFrames } from './syslog-frames.js'

const MAX = 64

/** Messages of a stream that is cut into chunks of these sizes. */
function messagesOf(stream: string | Buffer, sizes: readonly number[] = [Infinity], max = MAX): string[] {
  const bytes = Buffer.from(stream)
  const frames = new SyslogFrames(max)
  const told: string[] = []
  const tell = (message: Buffer): void => void told.push(message.toString('latin1'))
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? 1)
    frames.push(bytes.subarray(at, at + size), tell)
    at += size
  }
  frames.end(tell)
  return told
}

const LONG = `<134>${'x'.repeat(100)}`
const CASES: [string, string, string[]][] = [
  ['lines', '<1>a\n<1>b\n', ['<1>a', '<1>b']],
  ['lines with carriage returns', '<1>a\r\n<1>b\r\n', ['<1>a', '<1>b']],
  ['messages that NUL ends', '<1>a\0<1>b\0', ['<1>a', '<1>b']],
  ['counted messages', '4 <1>a5 <1>bc', ['<1>a', '<1>bc']],
  ['counted messages whose count includes a line feed', '5 <1>a\n5 <1>b\n', ['<1>a', '<1>b']],
  ['counted messages with a line feed between', '4 <1>a\n4 <1>b\n', ['<1>a', '<1>b']],
  ['both on one connection', '4 <1>a<1>b\n4 <1>c', ['<1>a', '<1>b', '<1>c']],
  ['a line feed inside a counted message', '6 <1>a\nb<1>c\n', ['<1>a\nb', '<1>c']],
  ['bare JSON lines', '{"status":200}\n{"status":404}\n', ['{"status":200}', '{"status":404}']],
  ['counted JSON', '14 {"status":200}', ['{"status":200}']],
  ['bare lines that begin with a number', '192.0.2.1 - - x\n10 apples\n', ['192.0.2.1 - - x', '10 apples']],
  ['a last line without its end', '<1>a\n<1>b', ['<1>a', '<1>b']],
  ['a counted message that never ends', '99 <1>a', []],
  ['blank lines', '\n\n<1>a\n\n', ['<1>a']],
  ['a line past the limit keeps its head', `${LONG}\n<1>b\n`, [LONG.slice(0, MAX), '<1>b']],
  ['a counted message past the limit too', `105 ${LONG}<1>b\n`, [LONG.slice(0, MAX), '<1>b']],
  ['a count that is absurd is no count', '123456789 <1>a\n', ['123456789 <1>a']],
]

describe('messages of a connection', () => {
  it.each(CASES)('%s', (_name, stream, expected) => {
    for (const sizes of [[Infinity], [1], [2, 3], [7]])
      expect({ sizes, told: messagesOf(stream, sizes) }).toEqual({ sizes, told: expected })
  })

  it('are the same wherever the stream is cut, and no more than the limit is held', () => {
    const piece = fc.oneof(
      fc.constantFrom('<1>a\n', '4 <1>a', '{"a":1}\n', '\0', '\n', '12', ' ', '<', LONG, `105 ${LONG}`),
      fc.string({ maxLength: 10 }),
    )
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        (pieces, sizes) => {
          const stream = Buffer.from(pieces.join(''))
          expect(messagesOf(stream, sizes)).toEqual(messagesOf(stream))
          const frames = new SyslogFrames(MAX)
          for (const byte of stream) frames.push(Buffer.from([byte]), () => undefined)
          expect(frames.heldBytes).toBeLessThanOrEqual(MAX + 16)
        },
      ),
    )
  })

  it('cost no more where they come a byte at a time', () => {
    const longest = 1_048_576
    const stream = Buffer.from(`<1>${'x'.repeat(longest - 4)}\n`)
    const frames = new SyslogFrames(longest)
    const told: number[] = []
    for (let i = 0; i < stream.length; i++)
      frames.push(stream.subarray(i, i + 1), (message) => void told.push(message.length))
    expect(told).toEqual([longest - 1])
    expect(frames.heldBytes).toBe(0)
  }, 20_000)
})
