import * as fc from 'fast-check'
import { CLASS_INDEX, STATUS_CLASSES } from '#catalog'
import type { BatchTally } from './batch-tally.js'
import { rollUp } from './cell-rows.js'
import { decodeDelta } from './decode-delta.js'
import { DeltaSum } from './delta-sum.js'
import { encodeBatches } from './encode-batches.js'
import type { CellRows, FoldRows } from './fold-rows.js'
import { LabelTable } from './label-table.js'
import { rollUpLatencies } from './roll-up-latencies.js'
import type { SealedBatch } from './sealed-batch.js'
import { ARRIVED_AT_MS, batchOf, tallyOptions, type Specimen } from './testing/specimen.js'

const HOUR_MS = 3_600_000

const folded = (deltas: readonly Uint8Array[]): FoldRows => {
  const sum = new DeltaSum()
  for (const bytes of deltas) {
    const { delta, fault } = decodeDelta(bytes)
    if (delta === undefined) throw new Error(fault)
    sum.add(delta)
  }
  return sum.rows()
}

interface Sent extends Specimen {
  readonly source: string
  readonly replayed: boolean
}

const oneOf = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values)
const sent: fc.Arbitrary<Sent> = fc.record({
  source: oneOf('a', 'b'),
  replayed: fc.nat(4).map((dice) => dice === 0),
  status: fc.oneof(oneOf(0, 101, 200, 204, 404, 429, 500, 502, 599), fc.integer({ min: 100, max: 999 })),
  tsMs: fc.oneof(
    fc.integer({ min: ARRIVED_AT_MS - 120_000, max: ARRIVED_AT_MS }),
    fc.integer({ min: ARRIVED_AT_MS - 47 * HOUR_MS, max: ARRIVED_AT_MS + 500_000 }),
    oneOf(ARRIVED_AT_MS - 49 * HOUR_MS, ARRIVED_AT_MS + HOUR_MS),
  ),
  method: oneOf('GET', 'POST', '_OTHER'),
  gateway: oneOf('', 'g1', 'g2'),
  service: oneOf('', 'shop', 'cart', 'shöp'),
  path: oneOf('', '/a', '/b', '/c'),
  consumer: oneOf('', 'alice', 'bob'),
  requestId: oneOf('', 'r1'),
  durationMs: fc.oneof(oneOf(-1, 0, 5, 0.1), fc.double({ min: 0, max: 1e6, noNaN: true })),
  bytes: fc.integer({ min: -1, max: 2 ** 41 }),
  retries: fc.nat(2),
})

/** Where an event goes: which batch, group (delta) and position. */
const placed = fc.record({ event: sent, batch: fc.nat(3), group: fc.nat(2), order: fc.nat(1000) })
type Placed = typeof placed extends fc.Arbitrary<infer T> ? T : never

/** The batches that hold these events, each source's with a table shared, or one of their own. */
const batchesOf = (events: readonly Placed[], shareTables: boolean): SealedBatch<BatchTally>[] => {
  const tables = new Map<string, LabelTable>()
  const groups = Map.groupBy(events, ({ event, batch }) => `${event.source}|${event.replayed}|${batch}`)
  return [...groups.values()].map((members) => {
    const { source, replayed } = members[0]!.event
    const table = (shareTables && tables.get(source)) || tallyOptions({ source }).table
    tables.set(source, table)
    return batchOf(
      members.map(({ event }) => event),
      { source, replayed, table },
    )
  })
}

const deltasOf = (events: readonly Placed[], shareTables: boolean): Uint8Array[] =>
  [...Map.groupBy(events, ({ group }) => group).values()].map((members) =>
    encodeBatches(batchesOf(members, shareTables)),
  )

/** Everything but samples, which are examples. */
const sums = ({ consumers, ...rows }: FoldRows): unknown => ({
  ...rows,
  samples: null,
  consumers: consumers.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
})

describe('the sum of deltas', () => {
  it('is the same for any split, order and grouping of the events', () => {
    fc.assert(
      fc.property(fc.array(placed, { maxLength: 60 }), fc.boolean(), (events, shareTables) => {
        const whole = folded(
          deltasOf(
            events.map((at) => ({ ...at, batch: 0, group: 0 })),
            true,
          ),
        )
        const shuffled = events.toSorted((a, b) => a.order - b.order)
        expect(sums(folded(deltasOf(shuffled, shareTables)))).toEqual(sums(whole))
        expect(sums(folded(deltasOf(shuffled, shareTables).toReversed()))).toEqual(sums(whole))
      }),
      { numRuns: 300 },
    )
  })

  it('equals a plain count of the events', () => {
    fc.assert(
      fc.property(fc.array(placed, { maxLength: 60 }), (events) => {
        const rows = folded(deltasOf(events, true))
        const inTime = events.map(({ event }) => event).filter(({ tsMs }) => isInTime(tsMs!))
        expect(countBy(rows, (at) => String(rows.series[at]!.code))).toEqual(
          tally(inTime, ({ status }) => String(status)),
        )
        expect(countBy(rows, (at) => rows.series[at]!.service)).toEqual(
          tally(inTime, ({ service, source }) => service || source),
        )
        expect(countBy(rows, (at) => STATUS_CLASSES[rows.series[at]!.class]!)).toEqual(
          tally(inTime, ({ status }) => STATUS_CLASSES[classOf(status)]!),
        )
        expect(total(rows.cells.bytes)).toBe(
          inTime.reduce((sum, { bytes }) => sum + Math.min(2 ** 40, Math.max(0, bytes!)), 0),
        )
        expect(total(rows.cells.replayed)).toBe(inTime.filter(({ replayed }) => replayed).length)
        const timed = inTime.filter(
          ({ status, durationMs }) => durationMs! >= 0 && classOf(status) !== CLASS_INDEX.informational,
        )
        expect(rows.latencies.reduce((sum, { count }) => sum + count, 0)).toBe(timed.length)
        for (const { ledger, source } of rows.sources) {
          const own = events.filter(({ event }) => event.source === source)
          expect(ledger.received).toBe(own.length)
          expect(ledger.received).toBe(ledger.accepted + ledger.duplicate + ledger.rejected + ledger.shed)
          expect(ledger.accepted).toBe(own.filter(({ event }) => isInTime(event.tsMs!)).length)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('agrees with itself in all tiers', () => {
    fc.assert(
      fc.property(fc.array(placed, { maxLength: 60 }), (events) => {
        const rows = folded(deltasOf(events, true))
        for (const width of [1, 6, 360, 8640]) {
          const cells = rollUp(rows.cells, width)
          expect(bySeries(cells)).toEqual(bySeries(rows.cells))
          expect(new Set(pairs(cells)).size).toBe(cells.length)
          expect(cells.bucket.every((bucket) => bucket % width === 0)).toBe(true)
          const latencies = rollUpLatencies(rows.latencies, width)
          expect(latencies.reduce((sum, { counts }) => sum + total(counts), 0)).toBe(
            rows.latencies.reduce((sum, { count }) => sum + count, 0),
          )
        }
      }),
      { numRuns: 200 },
    )
  })

  it('orders series by digest and cells by series and bucket, each once', () => {
    const events = Array.from({ length: 500 }, (_, at) => ({
      status: 200 + (at % 3),
      path: `/${at % 50}`,
      tsMs: ARRIVED_AT_MS - ((at * 7919) % 1000) * 10_000,
    }))
    const { series, cells, sources } = folded([encodeBatches([batchOf(events)]), encodeBatches([batchOf(events)])])
    const digests = series.map(({ digest }) => Buffer.from(digest).toString('hex'))
    expect(digests).toEqual([...new Set(digests)].sort())
    expect(digests[0]).toHaveLength(32)
    const order = pairs(cells)
    expect(order).toEqual([...new Set(order)].sort((a, b) => a - b))
    expect(total(cells.count)).toBe(1000)
    expect(sources[0]).toMatchObject({ source: 'edge', arrivedAtMs: ARRIVED_AT_MS, newestEventMs: ARRIVED_AT_MS })
  })

  it('points samples at their series, and takes the times of live events only', () => {
    const rows = folded([
      encodeBatches([
        batchOf(
          [
            { status: 200, path: '/a' },
            { status: 503, path: '/b', requestId: 'r' },
          ],
          { source: 'z' },
        ),
        batchOf([{ status: 500, path: '/c', tsMs: ARRIVED_AT_MS + 1000 }], { source: 'z', replayed: true }),
      ]),
    ])
    expect(rows.samples.map((sample) => rows.series[sample.series]!.route).toSorted()).toEqual(['/b', '/c'])
    expect(rows.sources[0]).toMatchObject({ newestEventMs: ARRIVED_AT_MS, oldestEventMs: ARRIVED_AT_MS })
  })
})

/** Among the three newest failures of its series in a minute, or the newest in ten seconds. */
const isWorthKeeping = (event: Sampled, all: readonly Sampled[]): boolean => {
  const newer = all.filter(({ status, tsMs }) => status === event.status && tsMs > event.tsMs)
  const within = (ms: number): number =>
    newer.filter(({ tsMs }) => Math.floor(tsMs / ms) === Math.floor(event.tsMs / ms)).length
  return within(60_000) < 3 || within(10_000) === 0
}

interface Sampled {
  readonly status: number
  readonly tsMs: number
}

describe('the samples of a fold', () => {
  it('are the newest of every series in every minute and ten seconds, for any split and order of the events', () => {
    const times = fc.uniqueArray(fc.integer({ min: 0, max: 200_000 }), { maxLength: 90, size: 'max' })
    const where = fc.record({
      status: oneOf(200, 429, 502, 503),
      batch: fc.nat(3),
      group: fc.nat(2),
      order: fc.nat(99),
    })
    fc.assert(
      fc.property(
        times.chain((all) => fc.tuple(...all.map((ago) => fc.tuple(fc.constant(ARRIVED_AT_MS - ago), where)))),
        fc.boolean(),
        (all, shareTables) => {
          const given = all.map(([tsMs, { status, ...at }]) => ({ ...at, tsMs, status }))
          const events = given
            .toSorted((a, b) => a.order - b.order)
            .map(({ tsMs, status, ...at }) => ({ ...at, event: { ...HEALTHY, tsMs, status } }))
          const rows = folded(deltasOf(events, shareTables))
          const failed = given.filter(({ status }) => status !== 200)
          expect(rows.samples.map(({ atMs, series }) => `${atMs} ${rows.series[series]!.code}`).toSorted()).toEqual(
            failed
              .filter((event) => isWorthKeeping(event, failed))
              .map(({ tsMs, status }) => `${tsMs} ${status}`)
              .toSorted(),
          )
        },
      ),
      { numRuns: 300 },
    )
  })

  it('are bounded for a source, whatever it sends, and tell of all of the last quarter of an hour', () => {
    const deltas = Array.from({ length: 60 }, (_, batch) =>
      encodeBatches([
        batchOf(
          Array.from({ length: 600 }, (_, at) => ({
            status: 500,
            service: `s${at % 50}`,
            path: `/${batch}`,
            tsMs: ARRIVED_AT_MS - 1500 * at,
            requestId: 'x'.repeat(300),
          })),
        ),
      ]),
    )
    for (const bytes of deltas) expect(bytes.length).toBeLessThan(360 * 230 + 40_000)
    const { samples } = folded(deltas)
    expect(samples.length).toBeLessThanOrEqual(720)
    expect(new Set(samples.map(({ atMs }) => Math.floor(atMs / 10_000))).size).toBe(91)
  })
})

const HEALTHY: Sent = {
  source: 'a',
  replayed: false,
  status: 200,
  service: 'shop',
  path: '/a',
}

const isInTime = (tsMs: number): boolean => tsMs >= ARRIVED_AT_MS - 48 * HOUR_MS && tsMs <= ARRIVED_AT_MS + 600_000
const classOf = (status: number): number => (status >= 100 && status < 600 ? Math.floor(status / 100) - 1 : 5)
const total = (numbers: Float64Array): number => numbers.reduce((sum, number) => sum + number, 0)
const pairs = ({ series, bucket }: CellRows): number[] => Array.from(series, (at, cell) => at * 2 ** 31 + bucket[cell]!)

const countBy = ({ cells }: FoldRows, keyOf: (series: number) => string): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (let cell = 0; cell < cells.length; cell++) {
    const key = keyOf(cells.series[cell]!)
    counts[key] = (counts[key] ?? 0) + cells.count[cell]!
  }
  return counts
}

const tally = <T>(events: readonly T[], keyOf: (event: T) => string): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const event of events) counts[keyOf(event)] = (counts[keyOf(event)] ?? 0) + 1
  return counts
}

const bySeries = (cells: CellRows): unknown => {
  const numbers = new Map<number, number[]>()
  for (let cell = 0; cell < cells.length; cell++) {
    const sum = numbers.get(cells.series[cell]!) ?? [0, 0, 0, 0]
    const own = [cells.count[cell]!, cells.replayed[cell]!, cells.retries[cell]!, cells.bytes[cell]!]
    numbers.set(
      cells.series[cell]!,
      sum.map((number, at) => number + own[at]!),
    )
  }
  return [...numbers]
}
