import { encode, ExtData } from '@msgpack/msgpack'
import * as fc from 'fast-check'
import type { Envelope } from '#event'
import { isMsgpack, MsgpackBody } from './msgpack-body.js'
import { MsgpackReader } from '../msgpack-reader.js'

const SECONDS = 1_795_389_919
function eventTime(nanoseconds: number): ExtData {
  const data = Buffer.alloc(8)
  data.writeUInt32BE(SECONDS)
  data.writeUInt32BE(nanoseconds, 4)
  return new ExtData(0, data)
}

function unpacked(body: Uint8Array): { taken: [string, Envelope | null][]; isIdentifiable: boolean } {
  const taken: [string, Envelope | null][] = []
  const exchange = new MsgpackBody()
  exchange.unpack(Buffer.from(body), (record, envelope) =>
    taken.push([Buffer.from(record as string).toString(), envelope]),
  )
  return { taken, isIdentifiable: exchange.isIdentifiable }
}
const RECORD = { log: 'a "b"\n', n: -5 }
const JSON_TEXT = JSON.stringify(RECORD)

const isIdentifiable = (...values: unknown[]) =>
  unpacked(Buffer.concat(values.map((value) => encode(value)))).isIdentifiable
const entries = (count: number, nanoseconds: number) =>
  Array.from({ length: count }, () => [eventTime(nanoseconds), RECORD])

describe('a body in MessagePack', () => {
  it.each([
    ['entries of today', [[eventTime(250_000_000), {}], RECORD], { tsMs: SECONDS * 1_000 + 250 }],
    ['entries with metadata', [[eventTime(999_999_999), { a: [1] }], RECORD], { tsMs: SECONDS * 1_000 + 999 }],
    ['entries of old', [eventTime(0), RECORD], { tsMs: SECONDS * 1_000 }],
    ['whole seconds', [SECONDS, RECORD], { tsMs: SECONDS * 1_000 }],
    ['seconds with a fraction', [SECONDS + 0.5, RECORD], { tsMs: SECONDS * 1_000 + 500 }],
    ['a time that is none', [0, RECORD], null],
    ['records alone', RECORD, null],
  ])('holds %s', (_what, value, envelope) => {
    const one = encode(value)
    expect(unpacked(Buffer.concat([one, one])).taken).toEqual([
      [JSON_TEXT, envelope],
      [JSON_TEXT, envelope],
    ])
  })

  it('holds records in an array, and what is no record', () => {
    expect(unpacked(encode([RECORD, 5, RECORD])).taken.map(([record]) => record)).toEqual([JSON_TEXT, '5', JSON_TEXT])
    expect(unpacked(encode([RECORD, RECORD])).taken.map(([record]) => record)).toEqual([JSON_TEXT, JSON_TEXT])
    expect(unpacked(encode('text')).taken).toEqual([['"text"', null]])
    expect(unpacked(encode([])).taken).toEqual([])
  })

  it('that is cut loses what is cut, and no more', () => {
    const one = encode([SECONDS, RECORD])
    const { taken } = unpacked(Buffer.concat([one, one.subarray(0, -3)]))
    expect(taken).toHaveLength(2)
    expect(taken[0]).toEqual([JSON_TEXT, { tsMs: SECONDS * 1_000 }])
  })

  it('is known again by nanoseconds, or eight times finer than a second', () => {
    expect([
      isIdentifiable(...entries(1, 123_456_789)),
      isIdentifiable(...entries(8, 5e8)),
      isIdentifiable(...entries(7, 5e8)),
      isIdentifiable(...entries(9, 0)),
    ]).toEqual([true, true, false, false])
  })

  it.each([
    ['application/msgpack', true],
    ['application/x-msgpack', true],
    ['Application/MsgPack; charset=x', true],
    ['application/json', false],
    ['text/msgpack', false],
    [undefined, false],
  ])('is told by the type %s: %s', (type, expected) => {
    expect(isMsgpack(type)).toBe(expected)
  })
})

describe('the reader', () => {
  it('reads what another library writes', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue({ maxDepth: 5 })), (values) => {
        const body = Buffer.concat(values.map((value) => encode(value)))
        const reader = new MsgpackReader(body)
        // Compared with what was written: the library itself refuses some keys when it reads.
        for (const value of values) expect(JSON.parse(reader.json())).toEqual(JSON.parse(JSON.stringify(value)))
        expect(reader.isAtEnd).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    ['the longest integers', [0xcf, 255, 255, 255, 255, 255, 255, 255, 255], '18446744073709551615'],
    ['negative ones', [0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0], '-9223372036854775808'],
    [
      'small ones of every width',
      [0x95, 0xcc, 200, 0xcd, 1, 0, 0xd0, 0x80, 0xd1, 0xff, 0, 0xd2, 0xff, 0xff, 0xff, 0xff],
      '[200,256,-128,-256,-1]',
    ],
    ['floats that JSON cannot tell', [0xcb, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0], 'null'],
    ['short floats', [0xca, 0x3f, 0xc0, 0, 0], '1.5'],
    ['bytes as text', [0xc4, 2, 0x61, 0xff], '"a\uFFFD"'],
    ['keys that are no text', [0x82, 5, 1, 0xc0, 2], '{"5":1,"null":2}'],
    ['EventTime', [0xc7, 8, 0, 0, 0, 0, 5, 0, 0, 0, 7], '5.000000007'],
    ['other extensions', [0xd4, 1, 2], 'null'],
    ['the type that is none', [0xc1], 'null'],
  ])('reads %s', (_what, bytes, json) => {
    expect(new MsgpackReader(Buffer.from(bytes)).json()).toBe(json)
  })

  it('believes no size and no nesting', () => {
    const claims = [
      [0xdd, 0xff, 0xff, 0xff, 0xff],
      [0xdf, 0xff, 0xff, 0xff, 0xff],
      [0xc6, 0xff, 0xff, 0xff, 0xff],
      [0x91],
    ]
    for (const claim of claims) {
      const body = Buffer.concat(Array.from({ length: 200_000 }, () => Buffer.from(claim)))
      expect(unpacked(body).taken).toHaveLength(1)
    }
    const deep = Buffer.concat([Buffer.alloc(100_000, 0x91), Buffer.from([5])])
    expect(unpacked(deep).taken[0]?.[0]).toMatch(/^\[+null\]+$/)
  }, 10_000)

  it('takes any bytes without an error', () => {
    const entry = encode([[eventTime(5), { m: 1 }], { log: 'x', list: [1, { a: null }] }])
    const mutated = fc
      .array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 })
      .map((changes) =>
        changes.reduce(
          (bytes, [at, byte]) => bytes.fill(byte, at % bytes.length, (at % bytes.length) + 1),
          Buffer.concat([entry, entry]),
        ),
      )
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), mutated), (bytes) => {
        for (const [, envelope] of unpacked(bytes).taken)
          expect(envelope?.tsMs === undefined || Number.isSafeInteger(envelope.tsMs)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})
