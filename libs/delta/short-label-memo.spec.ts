import * as fc from 'fast-check'
import { ShortLabelMemo } from './short-label-memo.js'

// Labels that differ in size or in one hostile byte only.
const label = fc
  .tuple(fc.integer({ min: 3, max: 18 }), fc.nat(17), fc.constantFrom(0, 0x80, 0xff))
  .map(([size, at, odd]) => Uint8Array.from({ length: size }, (_, place) => (place === at ? odd : 0x61)))
const AFTER = [0x22, 0x2c]

describe('ShortLabelMemo', () => {
  it('gives a label the id that was told for the same bytes, and no other', () => {
    let remembered = 0
    fc.assert(
      fc.property(fc.array(label, { minLength: 20, maxLength: 60 }), (labels) => {
        const memo = new ShortLabelMemo()
        const ids = new Map<string, number>()
        for (const bytes of [...labels, ...labels]) {
          const body = Uint8Array.of(0x61, ...bytes, ...AFTER)
          const name = Buffer.from(bytes).toString('hex')
          if (!ids.has(name)) ids.set(name, ids.size)
          const id = ids.get(name)!
          const found = memo.find(body, 1, 1 + bytes.length)
          if (found >= 0) remembered++
          else memo.learn(id)
          expect(found === -1 || found === id).toBe(true)
        }
      }),
      { numRuns: 300 },
    )
    expect(remembered).toBeGreaterThan(100)
  })

  it('remembers labels of 4 to 16 bytes until another takes their place', () => {
    const memo = new ShortLabelMemo()
    const find = (text: string) => memo.find(Buffer.from(text), 0, text.length)
    for (const [id, text] of ['shop', 'checkout', 'checkout2', 'checkout-service'].entries()) {
      expect(find(text)).toBe(-1)
      memo.learn(id)
      expect(find(text)).toBe(id)
    }
    for (const text of ['', 'web', 'checkout-services']) {
      expect(find(text)).toBe(-1)
      memo.learn(7)
      expect(find(text)).toBe(-1)
    }
  })

  it('remembers no refusal', () => {
    const memo = new ShortLabelMemo()
    const label = Buffer.from('cart')
    memo.find(label, 0, 4)
    memo.learn(-1)
    expect(memo.find(label, 0, 4)).toBe(-1)
  })
})
