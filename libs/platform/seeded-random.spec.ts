import { seededRandom } from './seeded-random.js'

const first = (seed: number, count: number): number[] => {
  const random = seededRandom(seed)
  return Array.from({ length: count }, random)
}

describe('seededRandom', () => {
  it('is the sequence that it always was', () => {
    expect(first(1, 3)).toEqual([0.6270739405881613, 0.002735721180215478, 0.5274470399599522])
  })

  it('is another one for another seed, and spread over the whole range', () => {
    expect(first(2, 3)).not.toEqual(first(1, 3))
    const tenths = new Map(Map.groupBy(first(7, 10_000), (number) => Math.floor(number * 10)))
    expect([...tenths.keys()].toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    for (const numbers of tenths.values()) expect(Math.abs(numbers.length - 1_000)).toBeLessThan(150)
  })
})
