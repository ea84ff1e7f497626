import { array, assert, nat, property } from 'fast-check'
import { digestOf } from '#delta'
import { DigestIds } from './digest-ids.js'

const digest = (number: number): Uint8Array => digestOf([`label ${number}`], [])

describe('DigestIds', () => {
  it('is a map', () => {
    assert(
      property(array(nat(3_000), { maxLength: 4_000 }), (numbers) => {
        const table = new DigestIds()
        const known = new Map<number, number>()
        for (const number of numbers) {
          const place = table.put(digest(number))
          expect(place).toBe(known.get(number) ?? known.size)
          known.set(number, place)
          table.setId(place, number + 1)
        }
        expect(table.length).toBe(known.size)
        for (const [number, place] of known) {
          expect(table.find(digest(number))).toBe(place)
          expect(table.entry(place).id).toBe(number + 1)
        }
        expect(table.find(digest(-1))).toBe(-1)
      }),
      { numRuns: 30 },
    )
  })

  it('gives a new entry its id when it is known', () => {
    const table = new DigestIds()
    const entry = table.entry(table.put(digest(1)))
    expect(entry.id).toBe(0)
    table.setId(entry.place, 7)
    expect(entry.id).toBe(7)
  })
})
