import * as fc from 'fast-check'
import { decodeCursor, encodeCursor, questionDigest, type BreakdownCursor } from './breakdown-cursor.js'
import { QueryError } from './query-error.js'

const NOW = Date.UTC(2026, 4, 20, 12)
const LIFE = 300_000
const question = questionDigest(['code'])
const cursor: BreakdownCursor = {
  issuedMs: NOW,
  fromMs: NOW - 3_600_000,
  toMs: NOW,
  tier: '1m',
  question,
  seen: ['-9223372036854775808', '0', '9223372036854775807'],
}

function refusal(text: string, nowMs = NOW, asked = question): string {
  try {
    decodeCursor(text, asked, nowMs, LIFE)
  } catch (error) {
    return error instanceof QueryError ? error.code : String(error)
  }
  return 'accepted'
}

describe('breakdown cursor', () => {
  it('comes back as it was written', () => {
    expect(decodeCursor(encodeCursor(cursor), question, NOW, LIFE)).toEqual(cursor)
  })

  it('lives five minutes', () => {
    const text = encodeCursor(cursor)
    expect([refusal(text, NOW + LIFE), refusal(text, NOW + LIFE + 1)]).toEqual(['accepted', 'cursor_expired'])
  })

  it('belongs to its question', () => {
    expect(refusal(encodeCursor(cursor), NOW, questionDigest(['route']))).toBe('bad_user_input')
  })

  it.each<[string, Partial<BreakdownCursor>]>([
    ['from the future', { issuedMs: NOW + LIFE + 1 }],
    ['with a time between buckets', { fromMs: NOW - 1 }],
    ['with no time', { toMs: Number.NaN }],
    ['with no age', { issuedMs: Number.NaN }],
  ])('refuses one made by hand %s', (_name, change) => {
    expect(refusal(encodeCursor({ ...cursor, ...change }))).toMatch(/bad_user_input|cursor_expired/)
  })

  it('refuses any change and any other text', () => {
    const text = encodeCursor(cursor)
    const changed = fc.tuple(fc.nat(text.length - 1), fc.integer({ min: 1, max: 63 })).map(([at, step]) => {
      const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
      return text.slice(0, at) + letters[(letters.indexOf(text[at] ?? 'A') + step) % 64] + text.slice(at + 1)
    })
    fc.assert(
      fc.property(fc.oneof(changed, fc.string()), (other) => {
        // The last letter has bits that decode to nothing.
        fc.pre(!Buffer.from(other, 'base64url').equals(Buffer.from(text, 'base64url')))
        expect(refusal(other)).toBe('bad_user_input')
      }),
      { numRuns: 300 },
    )
  })
})
