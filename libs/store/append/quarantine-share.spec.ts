import { batch } from '../testing/batches.js'
import { portions, QuarantineShare, type QuarantinedRecord } from './quarantine-share.js'

const rejects = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    index,
    reason: 'bad_status' as const,
    record: Buffer.from(`record ${index}`),
    whole: true,
  }))

function rejected(kept: number, all: number) {
  const sealed = batch('a', { source: 'edge', rejects: rejects(kept) })
  return { ...sealed, ledger: { ...sealed.ledger, rejected: all } }
}

describe('the share of a day', () => {
  it('tells how many records were not kept: those of the batch, and those past the share', () => {
    const share = new QuarantineShare({ perSource: 5, all: 100, keepRecords: true })
    const first = share.admit([rejected(3, 10)], 1)
    expect(first.records.map(({ record }) => String(record))).toEqual(['record 0', 'record 1', 'record 2'])
    expect(first.dropped).toBe(7)
    expect(share.admit([rejected(3, 3)], 1)).toMatchObject({ records: { length: 2 }, dropped: 1 })
    expect(share.admit([rejected(3, 3)], 2)).toMatchObject({ records: { length: 3 }, dropped: 0 })
  })
})

const records = (count: number, bytes: number): QuarantinedRecord[] =>
  Array.from({ length: count }, () => ({
    source: 'edge',
    reason: 'bad_status',
    format: null,
    record: Buffer.alloc(bytes),
    whole: true,
  }))

describe('portions', () => {
  it.each([
    [0, 10, []],
    [3, 10, [3]],
    [5_000, 10, [5_000]],
    [12_000, 10, [5_000, 5_000, 2_000]],
    [600, 16_384, [256, 256, 88]],
  ])('cuts %i records of %i bytes', (count, bytes, sizes) => {
    expect([...portions(records(count, bytes))].map(({ length }) => length)).toEqual(sizes)
  })
})
