import * as fc from 'fast-check'
import { members, objectSlices, textOf, valueOf } from './json-slices.js'

const slices = (text: string) =>
  [...objectSlices(Buffer.from(text))].map(
    ({ bytes, isObject }) => `${isObject ? 'object' : 'garbage'} ${bytes.toString()}`,
  )

describe('the objects of a body', () => {
  it.each([
    ['one after another', '{"a":1}{"b":2}', ['object {"a":1}', 'object {"b":2}']],
    ['on lines, with commas', '{"a":1},\n {"b":2}\r\n', ['object {"a":1}', 'object {"b":2}']],
    ['in arrays', '[{"a":1}, {"b":[{}]}][{"c":3}]', ['object {"a":1}', 'object {"b":[{}]}', 'object {"c":3}']],
    [
      'with brackets and quotes in their texts',
      '{"a":"}\\"{"}{"b":"\\\\"}',
      ['object {"a":"}\\"{"}', 'object {"b":"\\\\"}'],
    ],
    ['with garbage between', '{"a":1}x y\nz{"b":2}', ['object {"a":1}', 'garbage x y', 'garbage z', 'object {"b":2}']],
    ['cut', '{"a":1}{"b":"{}', ['object {"a":1}', 'garbage {"b":"{}']],
    ['none', ' [] ,\n', []],
  ])('%s', (_how, text, expected) => {
    expect(slices(text)).toEqual(expected)
  })

  it('are those that were written, however they are nested', () => {
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(fc.string(), fc.jsonValue())),
        fc.constantFrom('', ',', '\n', ' [ '),
        (objects, between) => {
          const texts = objects.map((object) => JSON.stringify(object))
          expect(slices(texts.join(between))).toEqual(texts.map((text) => `object ${text}`))
        },
      ),
    )
  })

  it('of any bytes are found without an error, in order, and without an overlap', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), jsonLike, (random, like) => {
        for (const body of [Buffer.from(random), Buffer.from(like)]) {
          let end = 0
          for (const { bytes } of objectSlices(body)) {
            expect(bytes.length).toBeGreaterThan(0)
            expect(bytes.byteOffset - body.byteOffset).toBeGreaterThanOrEqual(end)
            end = bytes.byteOffset - body.byteOffset + bytes.length
            for (const [key, value] of members(bytes)) expect([typeof key, value.length > 0]).toEqual(['string', true])
          }
        }
      }),
      { numRuns: 500 },
    )
  })

  it('take a time that grows with the bytes, whatever these are', () => {
    const hostile = ['{', '{"', '["', '{"a":[', '"\\', '{"a":1', '}', '{"a":"\\"'].map((text) => text.repeat(200_000))
    for (const text of hostile)
      for (const { bytes } of objectSlices(Buffer.from(text))) for (const _ of members(bytes)) break
  }, 10_000)
})

const jsonLike = fc
  .array(fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '\\', 'a', '1', '\n', ' '))
  .map((parts) => parts.join(''))

describe('the members of an object', () => {
  it('are those that were written', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const found = [...members(Buffer.from(JSON.stringify(object, null, 1)))]
        expect(found.map(([key, value]) => [key, valueOf(value)])).toEqual(
          Object.entries(object).map(([key, value]) => [key, JSON.parse(JSON.stringify(value)) as unknown]),
        )
      }),
    )
  })

  it.each(['', '{', '{"a"', '{"a":', '{"a" 1}', '{1:2}', '{"a":}', 'text'])('of %j are none', (text) => {
    expect([...members(Buffer.from(text))]).toEqual([])
  })

  it('are texts or not', () => {
    expect([textOf(Buffer.from('"a\\n"')), textOf(Buffer.from('"a')), textOf(Buffer.from('1'))]).toEqual([
      'a\n',
      null,
      null,
    ])
  })
})
