import { CellTable } from './cell-table.js'
import { LatencyTable } from './latency-table.js'
import { SeriesTable } from './series-table.js'

const ROUNDS = 3_000

/** A slot that stays taken would be found by nobody, until none is free any more and a search never ends. */
const isTaken = (table: object, slots = 'slots'): boolean =>
  (table as { readonly [slots: string]: Int32Array })[slots]!.some((slot) => slot !== 0)

/** Different pairs of small numbers, the same for every run. */
function pairs(round: number): [number, number][] {
  const found = new Map<number, [number, number]>()
  for (let index = 0; index <= round % 13; index++) {
    const mixed = Math.imul(round * 31 + index * 7 + 1, 0x9e3779b1) >>> 16
    found.set(mixed % 400, [mixed % 20, Math.floor((mixed % 400) / 20)])
  }
  return [...found.values()]
}

describe('a table that was cleared is as a new one, however few entries it had', () => {
  const series = new SeriesTable()
  const cells = new CellTable()
  const latencies = new LatencyTable()
  it.each<[what: string, put: (a: number, b: number) => number, table: { clear(): void }]>([
    ['series', (a, b) => series.put(a, b, 1, 200), series],
    ['cells', (a, b) => cells.put(a, b), cells],
    ['latency cells', (a, b) => latencies.put(a, b, 1, 2, 6), latencies],
  ])('%s', (_what, put, table) => {
    for (let round = 0; round < ROUNDS; round++) {
      const given = pairs(round)
      const first = given.map(([a, b]) => put(a, b))
      expect(first).toEqual(given.map((_, position) => position))
      expect(given.map(([a, b]) => put(a, b))).toEqual(first)
      table.clear()
      expect(isTaken(table)).toBe(false)
    }
  })

  it('histogram buckets', () => {
    const table = new LatencyTable()
    for (let round = 0; round < ROUNDS; round++) {
      const cell = table.put(1, 2, 3, 4, 6)
      const indexes = [...new Set(pairs(round).map(([a, b]) => (a * b) % 256))].toSorted((a, b) => a - b)
      for (const index of indexes) table.add(cell, index, 2, 1)
      const { length, ends, indexes: kept, counts } = table.columns()
      expect([length, [...ends], [...kept], [...counts]]).toEqual([1, [indexes.length], indexes, indexes.map(() => 2)])
      table.clear()
    }
  })
})
