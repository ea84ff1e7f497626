import { LabelTables } from './label-tables.js'

const HOUR_MS = 3_600_000

describe('LabelTables', () => {
  it('gives the same table until it is old', () => {
    const tables = new LabelTables(10)
    const first = tables.of('edge', 0)
    expect(tables.of('edge', HOUR_MS - 1)).toBe(first)
    expect(tables.of('edge', HOUR_MS)).not.toBe(first)
  })

  it('replaces a full table, but not with every batch', () => {
    const tables = new LabelTables(10)
    const first = tables.of('edge', 0)
    first.isFull = true
    expect(tables.of('edge', 59_999)).toBe(first)
    expect(tables.of('edge', 60_000)).not.toBe(first)
  })

  it('holds no more tables than there may be sources', () => {
    const tables = new LabelTables(10)
    for (let index = 0; index < 1_000; index++) tables.of(`source ${index}`, 0)
    expect(tables.size).toBe(10)
    expect(tables.heldBytes).toBeLessThan(10 * 64 * 1024)
  })

  it('forgets the oldest tables when all together hold too much', () => {
    const one = new LabelTables(1_000)
    one.of('alone', 0)
    const tables = new LabelTables(1_000, 20 * one.heldBytes)
    for (let index = 0; index < 1_000; index++) tables.of(`source ${index}`, 0)
    expect(tables.size).toBeLessThanOrEqual(20 + 256)
    expect(tables.of('source 999', 0)).toBe(tables.of('source 999', 0))
  })
})
