import * as fc from 'fast-check'
import { QuotedMemo } from './quoted-memo.js'

/** The specification: `\` takes the next byte with it, a line feed ends the line. */
const skipped = (bytes: Uint8Array, from: number): number => {
  const field = /^(?:[^"\\\n]|\\[^\n])*"/s.exec(Buffer.from(bytes.subarray(from)).toString('latin1'))
  return field === null ? -1 : from + field[0].length
}

const agents = [
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.3',
  'Mozilla/5.0 (X11; Linux x86_64) "AppleWebKit/537.36',
  'Mozilla/5.0 (X11; Linux x86_64) \\"AppleWebKit/537.36',
  'Mozilla/5.0 (X11; Linux x86_64) \nAppleWebKit/537.36',
  'Mozilla/5.0 (X11; Linux x86_64) Apple\u0000\u0080\u00ff\u007f\tWebKit',
  'curl/8.11.0',
  '-',
  '',
  '\0'.repeat(16),
  `${'\0'.repeat(7)}\u0080${'\0'.repeat(8)}`,
  '\u00ff'.repeat(24),
  'a'.repeat(255),
  'a'.repeat(256),
  'a'.repeat(7),
  '\\',
]

const field = fc.oneof(
  fc.constantFrom(...agents),
  fc.tuple(fc.constantFrom(...agents), fc.nat(110)).map(([agent, size]) => agent.slice(0, size)),
  fc.string({ unit: fc.constantFrom('a', 'b', '\\', '"', '\n', '\0', '\u0080', '\u007f', '\u00ff'), maxLength: 300 }),
)

describe('QuotedMemo', () => {
  it.each(['', ' '.repeat(300)])(
    'ends every field where its quote stands, whatever it saw before (rest %j)',
    (rest) => {
      const ends = fc.array(fc.tuple(field, fc.constantFrom('"', '"', '"', '\n', '\\"')), {
        minLength: 1,
        maxLength: 40,
      })
      fc.assert(
        fc.property(ends, (fields) => {
          const memo = new QuotedMemo()
          for (const [text, end] of fields) {
            const bytes = new Uint8Array(Buffer.from(`x${text}${end} rt=1\n${rest}`, 'latin1'))
            expect(memo.skip(bytes, new DataView(bytes.buffer), 1)).toBe(skipped(bytes, 1))
          }
        }),
        { numRuns: 300 },
      )
    },
  )
})
