import { decodeDelta } from './decode-delta.js'
import type { Segment } from './delta.js'
import { encodeBatches } from './encode-batches.js'
import { LabelTable } from './label-table.js'
import { ARRIVED_AT_MS, batchOf } from './testing/specimen.js'

const decoded = (bytes: Uint8Array): readonly Segment[] => {
  const { delta, fault } = decodeDelta(bytes)
  if (delta === undefined) throw new Error(fault)
  return delta.segments
}

const from = (table: LabelTable, service: string) => batchOf([{ status: 200, service }], { table })

const latenciesOf = (batches: Parameters<typeof encodeBatches>[0]) => {
  const { words, latencies } = decoded(encodeBatches(batches))[0]!
  const { service, class: classes, bucket, count, sumUs, ends, indexes, counts } = latencies
  return [...count.keys()]
    .map((row) => {
      const entries = Array.from(indexes.subarray(row === 0 ? 0 : ends[row - 1], ends[row]))
      const times = Array.from(counts.subarray(row === 0 ? 0 : ends[row - 1], ends[row]))
      return [words[service[row]!], classes[row], bucket[row], count[row], sumUs[row], entries, times]
    })
    .map((row) => JSON.stringify(row))
    .toSorted()
}

describe('a group of batches becomes one delta', () => {
  it('round-trips a batch', () => {
    const [segment] = decoded(
      encodeBatches([
        batchOf([
          { status: 200, service: 'shop', path: '/cart', durationMs: 12.5, bytes: 100, requestId: 'r1' },
          { status: 200, service: 'shop', path: '/cart', durationMs: 7.5, bytes: 50, retries: 1 },
          { status: 502, service: 'shop', path: '/cart', durationMs: 3, requestId: 'r3', traceId: 't3' },
        ]),
      ]),
    )
    expect(segment).toMatchObject({
      source: 'edge',
      arrivedAtMs: ARRIVED_AT_MS,
      delivery: 'exactly_once',
      replayed: false,
    })
    expect(segment!.ledger).toMatchObject({ received: 3, accepted: 3, duplicate: 0, rejected: 0 })
    expect(segment!.words).toEqual(['edge', 'shop', '/cart'])
    expect([...segment!.series.code]).toEqual([200, 502])
    expect([...segment!.cells.count]).toEqual([2, 1])
    expect([...segment!.cells.durationUs]).toEqual([20_000, 3000])
    expect([...segment!.cells.bytes]).toEqual([150, 0])
    expect([...segment!.cells.retries]).toEqual([1, 0])
    expect([...segment!.latencies.count]).toEqual([2, 1])
    expect(segment!.samples).toEqual([
      { series: 1, atMs: ARRIVED_AT_MS, durationMs: 3, requestId: 'r3', traceId: 't3', detail: null },
    ])
  })

  it('holds each word once, whatever it names', () => {
    const alone = batchOf([{ status: 200, gateway: 'a', service: 'a', route: 'a' }], { source: 'a' })
    for (const batches of [[alone], [alone, alone]]) expect(decoded(encodeBatches(batches))[0]!.words).toEqual(['a'])
  })

  it('tells labels of batches that share a table from those of others', () => {
    const [old, young] = [new LabelTable('edge', ARRIVED_AT_MS), new LabelTable('edge', ARRIVED_AT_MS)]
    const batches = [from(old, 'a'), from(young, 'b'), from(old, 'c'), from(old, 'a'), from(young, 'a')]
    const [segment] = decoded(encodeBatches(batches))
    const { words, series, cells } = segment!
    const counts = [...series.service].map((service, row) => [words[service], cells.count[row]])
    expect(counts).toEqual([
      ['a', 3],
      ['b', 1],
      ['c', 1],
    ])
  })

  it('adds up the durations of batches as of one', () => {
    const events = Array.from({ length: 40 }, (_, n) => ({
      status: n % 3 === 0 ? 500 : 200,
      service: `s${n % 5}`,
      durationMs: 3 ** (n % 7),
      tsMs: ARRIVED_AT_MS - 50_000 * (n % 4),
    }))
    const table = new LabelTable('edge', ARRIVED_AT_MS)
    const apart = [0, 1, 3, 10, 40].map((from, i, cuts) => batchOf(events.slice(from, cuts[i + 1]), { table }))
    expect(latenciesOf(apart.slice(0, 4))).toEqual(latenciesOf([batchOf(events, { table })]))
  })

  it('merges batches of one source, and counts of a duplicate only its ledger', () => {
    const segments = decoded(
      encodeBatches(
        [
          batchOf([{ status: 200, path: '/a' }]),
          batchOf([{ status: 200, path: '/a' }]),
          batchOf([{ status: 404 }], { source: 'b' }),
        ],
        [
          batchOf([
            { status: 200, path: '/a' },
            { status: 500, path: '/a', tsMs: 1 },
          ]),
        ],
      ),
    )
    expect(segments.map(({ source }) => source)).toEqual(['edge', 'b'])
    expect([...segments[0]!.cells.count]).toEqual([2])
    expect(segments[0]!.ledger).toMatchObject({ received: 4, accepted: 2, duplicate: 2 })
  })
})
