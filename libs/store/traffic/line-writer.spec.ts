import * as fc from 'fast-check'
import { LineWriter } from './line-writer.js'
import { numberText } from './number-text.js'

type Line = readonly [name: string, labels: string, value: number]

function written(lines: readonly Line[]): Uint8Array[] {
  const writer = new LineWriter()
  for (const [name, labels, value] of lines) writer.line(Buffer.from(name), Buffer.from(labels), value)
  return writer.take()
}

const textOf = (lines: readonly Line[]) => Buffer.concat(written(lines)).toString()

describe('lines of an exposition', () => {
  it.each([
    0,
    1,
    9,
    10,
    11,
    99,
    100,
    12_345,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 53,
    -1,
    0.1,
    12.5,
    1e21,
    1e-7,
    Infinity,
    -Infinity,
    NaN,
  ])('end with the number %d as both formats write it', (value) => {
    expect(textOf([['a{', 'b="c"} ', value]])).toBe(`a{b="c"} ${numberText(value)}\n`)
  })

  it('are the same however long they are and whatever they count', () => {
    const line = fc.tuple(
      fc.string({ maxLength: 40, unit: 'grapheme' }),
      fc.oneof(fc.string({ maxLength: 300 }), fc.constant('x'.repeat(20_000))),
      fc.oneof(fc.nat(), fc.double(), fc.integer({ min: 0, max: 2 ** 53 })),
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
        expect(textOf(lines)).toBe(
          lines.map(([name, labels, value]) => `${name}${labels}${numberText(value)}\n`).join(''),
        )
      }),
      { numRuns: 100 },
    )
  })

  it('come in whole lines, in pieces that grow to 256 KiB and share no buffer', () => {
    const pieces = written(Array.from({ length: 20_000 }, (_, n) => ['things_total{', `service="service-${n}"} `, n]))
    expect(new Set(pieces.map(({ buffer }) => buffer)).size).toBe(pieces.length)
    expect(pieces.every((piece) => piece.at(-1) === 0x0a)).toBe(true)
    expect(pieces[0]?.length).toBeLessThanOrEqual(4 * 1024)
    expect(Math.max(...pieces.map(({ length }) => length))).toBeGreaterThan(255 * 1024)
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(256 * 1024)
  })

  it('are gone once they are taken', () => {
    const writer = new LineWriter()
    expect(writer.take()).toEqual([])
    writer.line(Buffer.from('a '), Buffer.from(''), 1)
    expect(Buffer.concat(writer.take()).toString()).toBe('a 1\n')
    writer.line(Buffer.from('b '), Buffer.from(''), 2)
    expect(Buffer.concat(writer.take()).toString()).toBe('b 2\n')
  })
})
