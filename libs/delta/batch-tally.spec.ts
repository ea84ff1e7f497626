import { CLASS_INDEX, OUTCOME_INDEX, OWNER_INDEX } from '#catalog'
import { BatchTally } from './batch-tally.js'
import { LabelTable } from './label-table.js'
import { ARRIVED_AT_MS, feed, tallied, tallyOptions, type Specimen } from './testing/specimen.js'
import { segmentOf } from './segment-of.js'
import { DEFAULT_TALLY_LIMITS, MAX_DURATION_MS, type TallyOptions } from './tally-options.js'

const HOUR_MS = 3_600_000

/** The series of a tally as words. */
const seriesOf = (tally: BatchTally): string[] => {
  const { series, word } = tally.part()
  return Array.from(
    { length: series.length },
    (_, at) =>
      `${word(series.gateway[at]!)} ${word(series.service[at]!)} ${word(series.route[at]!)} ${series.code[at]}`,
  )
}
const total = (tally: BatchTally): number => {
  const { cells } = tally.part()
  return cells.count.subarray(0, cells.length).reduce((sum, count) => sum + count, 0)
}

const bytesOf = (table: object): number[] =>
  Object.values(table).map((column: unknown) => (ArrayBuffer.isView(column) ? column.byteLength : 0))

/** Two events a second, or what `of` makes of its time and number, over so many minutes before the arrival. */
const minutes = (count: number, of: (tsMs: number, at: number) => Specimen[]): Specimen[] =>
  Array.from({ length: count * 120 }, (_, at) => of(ARRIVED_AT_MS - count * 60_000 + at * 500, at)).flat()

describe('which series an event belongs to', () => {
  it.each<[string, Specimen, string]>([
    ['everything told', { status: 200, gateway: 'g', service: 's', host: 'h', route: 'r', path: '/p' }, 'g s r 200'],
    ['no gateway: the source', { status: 200, service: 's', route: 'r' }, 'edge s r 200'],
    ['no service: the host', { status: 200, host: 'h', route: 'r' }, 'edge h r 200'],
    ['no host either: the source', { status: 200, route: 'r' }, 'edge edge r 200'],
    ['no route: the template of the path', { status: 200, path: '/p' }, 'edge edge /p 200'],
    ['no path either: {none}', { status: 404 }, 'edge edge {none} 404'],
    ['no response', { status: 0, path: '/p' }, 'edge edge /p 0'],
  ])('%s', (_, event, series) => expect(seriesOf(tallied([event]))).toEqual([series]))

  it('tells outcome and owner by the catalogue, and by the upstream where it is told', () => {
    const { series } = tallied([
      { status: 502, upstreamStatus: 502 },
      { status: 502, upstreamStatus: 200 },
      { status: 429 },
    ]).part()
    expect([...series.outcome.subarray(0, 3)]).toEqual([
      OUTCOME_INDEX.server_error,
      OUTCOME_INDEX.server_error,
      OUTCOME_INDEX.throttled,
    ])
    expect([...series.owner.subarray(0, 2)]).toEqual([OWNER_INDEX.upstream, OWNER_INDEX.gateway])
  })
})

describe('what an event adds', () => {
  it('counts interleaved buckets apart', () => {
    const [a, b] = [ARRIVED_AT_MS - 60_000, ARRIVED_AT_MS - 20_000]
    const { cells } = tallied([a, b, a + 9999, b, a + 10_000].map((tsMs) => ({ status: 200, tsMs }))).part()
    expect([...cells.count.subarray(0, cells.length)]).toEqual([2, 2, 1])
    expect([...cells.bucket.subarray(0, cells.length)]).toEqual([a / 10_000, b / 10_000, a / 10_000 + 1])
  })

  it('takes the arrival for an event without a time', () => {
    expect(tallied([{ status: 200 }]).part().cells.bucket[0]).toBe(ARRIVED_AT_MS / 10_000)
  })

  it('keeps durations of 1xx out of every sum, and counts what is not told as nothing', () => {
    const { cells, latencies } = tallied([
      { status: 101, durationMs: 3_000_000, bytes: 5 },
      { status: 200, durationMs: NaN, bytes: NaN },
      { status: 200, durationMs: Infinity },
    ]).part()
    expect([...cells.durationUs.subarray(0, 2)]).toEqual([0, MAX_DURATION_MS * 1000])
    expect([...cells.bytes.subarray(0, 2)]).toEqual([5, 0])
    expect(latencies.length).toBe(1)
    expect([...latencies.class.subarray(0, 1)]).toEqual([CLASS_INDEX.success])
  })

  it('keeps the latencies of each minute apart', () => {
    const minute = ARRIVED_AT_MS - 120_000
    const { latencies } = tallied(
      [minute, minute + 59_999, minute + 60_000, minute].map((tsMs) => ({ status: 200, durationMs: 1, tsMs })),
    ).part()
    expect([...latencies.count.subarray(0, latencies.length)]).toEqual([3, 1])
    expect([...latencies.bucket.subarray(0, latencies.length)]).toEqual([minute / 10_000, minute / 10_000 + 6])
  })

  it('keeps the latencies of a class together, whatever the code', () => {
    const tally = tallied([
      { status: 200, path: '/a', durationMs: 5 },
      { status: 204, path: '/a', durationMs: 5 },
      { status: 500, path: '/a', durationMs: 9 },
    ])
    const { latencies } = segmentOf(tally.part(), 'edge')
    expect(latencies.length).toBe(2)
    expect([...latencies.count.subarray(0, 2)]).toEqual([2, 1])
    expect([...latencies.counts]).toEqual([2, 1])
  })
})

describe('which events are refused', () => {
  const { lateMs, futureMs } = DEFAULT_TALLY_LIMITS
  it.each<[string, number, Partial<TallyOptions>, string | null]>([
    ['as late as allowed', ARRIVED_AT_MS - lateMs, {}, null],
    ['a millisecond later', ARRIVED_AT_MS - lateMs - 1, {}, 'too_old'],
    ['as early as allowed', ARRIVED_AT_MS + futureMs, {}, null],
    ['a millisecond earlier', ARRIVED_AT_MS + futureMs + 1, {}, 'in_future'],
    ['not a number', NaN, {}, 'too_old'],
    ['before 1970', -2, { limits: { ...DEFAULT_TALLY_LIMITS, lateMs: Infinity } }, 'too_old'],
    ['of any age where the caller allows it', 5, { limits: { ...DEFAULT_TALLY_LIMITS, lateMs: Infinity } }, null],
  ])('%s', (_, tsMs, options, reason) => {
    const tally = tallied([{ status: 200, tsMs }, { status: 200 }], options)
    expect(tally.errors).toEqual(reason === null ? [] : [{ index: 0, reason }])
    const rejected = reason === null ? 0 : 1
    expect(tally.ledger).toMatchObject({ received: 2, accepted: 2 - rejected, rejected })
    expect(total(tally)).toBe(2 - rejected)
  })

  it('keeps the first records whole, the heads of long ones, and counts all', () => {
    const tally = new BatchTally(tallyOptions())
    const long = Buffer.alloc(20_000, 'x')
    tally.reject('bad_json', long, 0, long.length, 0)
    for (let index = 1; index <= 20_000; index++) tally.reject('bad_status', long, 0, 100, index)
    expect(tally.ledger).toMatchObject({
      received: 20_001,
      accepted: 0,
      rejected: 20_001,
      rejectedBy: { bad_json: 1, bad_status: 20_000 },
    })
    expect(tally.errors).toHaveLength(10)
    expect(tally.rejects).toHaveLength(20_001)
    expect(tally.rejects[0]).toMatchObject({ whole: false, index: 0, reason: 'bad_json' })
    expect(tally.rejects[0]!.record).toHaveLength(16_384)
    expect(tally.rejects[1]).toMatchObject({ whole: true, index: 1 })
  })

  it.each([
    [10_000, 828],
    [1, 65_027],
  ])('keeps at most 8 MiB of records of %i bytes', (bytes, kept) => {
    const tally = new BatchTally(tallyOptions())
    const record = Buffer.alloc(bytes)
    for (let index = 0; index < 70_000; index++) tally.reject('unreadable', record, 0, record.length, index)
    expect(tally.rejects).toHaveLength(kept)
    expect(tally.ledger.rejected).toBe(70_000)
  })
})

describe('what tells a batch from another', () => {
  it.each<[string, Specimen[], boolean]>([
    ['all have request ids', [{ status: 200, tsMs: ARRIVED_AT_MS, requestId: 'a' }], true],
    ['one has none', [{ status: 200, tsMs: ARRIVED_AT_MS, requestId: 'a' }, { status: 200 }], false],
    ['no times of their own', [{ status: 200, requestId: 'a' }], false],
    ['eight fine times', Array.from({ length: 8 }, () => ({ status: 200, subSecond: true })), true],
    ['seven fine times', Array.from({ length: 7 }, () => ({ status: 200, subSecond: true })), false],
    [
      'ids that are none: zeros',
      [
        { status: 200, tsMs: ARRIVED_AT_MS, requestId: '0' },
        { status: 200, tsMs: ARRIVED_AT_MS, requestId: '0000-00' },
      ],
      false,
    ],
    [
      'ids that are none: words',
      [
        { status: 200, tsMs: ARRIVED_AT_MS, requestId: 'unknown' },
        { status: 200, tsMs: ARRIVED_AT_MS, requestId: 'Undefined' },
      ],
      false,
    ],
    [
      'ids that look like none',
      [
        { status: 200, tsMs: ARRIVED_AT_MS, requestId: '0a' },
        { status: 200, tsMs: ARRIVED_AT_MS, requestId: 'unknown-7' },
      ],
      true,
    ],
    ['nothing', [], false],
  ])('%s', (_, events, identifiable) => expect(tallied(events).isIdentifiable).toBe(identifiable))
})

describe('bounds', () => {
  const limits = { lateMs: HOUR_MS, futureMs: 0, maxSeries: 8 }

  it('past the series budget gives up route, service, gateway in turn; codes and totals stay exact', () => {
    const events = Array.from({ length: 400 }, (_, at) => ({
      status: 200 + (at % 4),
      gateway: `g${at % 20}`,
      service: `s${at % 100}`,
      path: `/${at}`,
    }))
    const tally = tallied(events, { limits })
    const series = seriesOf(tally)
    expect(total(tally)).toBe(400)
    expect(series.length).toBeLessThanOrEqual(8 + 2 + 2 + 4)
    expect(series.filter((name) => name.startsWith('{other} {other} {other}'))).toHaveLength(4)
    const { cells, series: columns, overflowed } = tally.part()
    const byCode = new Map<number, number>()
    for (let cell = 0; cell < cells.length; cell++) {
      const code = columns.code[cells.series[cell]!]!
      byCode.set(code, (byCode.get(code) ?? 0) + cells.count[cell]!)
    }
    expect(Object.fromEntries(byCode)).toEqual({ 200: 100, 201: 100, 202: 100, 203: 100 })
    expect(overflowed).toBe(400 - 8)
  })

  it('twenty thousand distinct paths, hosts and gateways leave its memory flat', () => {
    const table = new LabelTable('edge', 0, { gateways: 10, services: 10, routesPerService: 50, labels: 200 })
    const options = tallyOptions({ table })
    const tally = new BatchTally(options)
    let counted = 0
    for (let batch = 0; batch < 20; batch++) {
      tally.begin(options)
      feed(
        tally,
        Array.from({ length: 1000 }, (_, at) => {
          const name = batch * 1000 + at
          return { status: 100 + (name % 900), gateway: `g${name}`, host: `h${name}`, path: `/${name}` }
        }),
      )
      counted += total(tally)
    }
    expect(counted).toBe(20_000)
    expect(table.length).toBeLessThanOrEqual(203)
    expect(tally.heldBytes).toBeLessThanOrEqual(256 * 1024)
  })

  it('tells how much memory its tables hold', () => {
    const events = minutes(40, (tsMs, at) => [
      { tsMs, status: 500 + (at % 3), service: `s${at % 700}`, durationMs: at, requestId: `r${at}` },
    ])
    const tally = tallied(events)
    const { cells, series, latencies } = tally.part()
    const columns = [cells, series, latencies].flatMap(bytesOf).reduce((sum, bytes) => sum + bytes)
    expect(columns).toBeGreaterThan(1 << 19)
    const beside = tally.heldBytes - columns
    expect([beside > 0, beside < 1 << 19]).toEqual([true, true])
  })

  it('keeps three samples of a series, the newest, and leaves room for others', () => {
    const storm = Array.from({ length: 100 }, (_, at) => ({
      status: 500,
      service: 'storm',
      tsMs: ARRIVED_AT_MS + at,
      requestId: `r${at}`,
    }))
    const others = Array.from({ length: 30 }, (_, at) => ({ status: 503, service: `quiet${at}` }))
    const { samples, series, word } = tallied([...storm, ...others]).part()
    expect(samples).toHaveLength(20)
    const services = samples.map((sample) => word(series.service[sample.series]!))
    expect(new Set(services).size).toBe(20)
    const own = tallied(storm)
      .part()
      .samples.map(({ requestId }) => requestId)
    expect(own.toSorted()).toEqual(['r97', 'r98', 'r99'])
  })

  it('keeps samples of every ten seconds of both kinds of trouble when twenty minutes come at once', () => {
    const events = minutes(20, (tsMs, at) => [
      ...Array.from({ length: 9 }, () => ({ status: 200, service: 'pay', tsMs })),
      { status: at % 2 === 0 ? 502 : 429, service: 'pay', path: `/${at % 5}`, tsMs },
    ])
    for (const given of [events, events.toReversed()]) {
      const { samples, series } = tallied(given).part()
      expect(samples.length).toBeLessThanOrEqual(360)
      const told = new Set(samples.map(({ atMs, series: at }) => `${Math.floor(atMs / 10_000)} ${series.code[at]}`))
      expect(told.size).toBe(20 * 6 * 2)
    }
  })

  it('keeps samples of the last quarter of an hour of a day, in bounded memory', () => {
    const tally = tallied([])
    const day = minutes(1440, (tsMs, at) =>
      at % 10 > 0 ? [] : [{ status: 500 + (at % 7), tsMs, requestId: 'x'.repeat(300) }],
    )
    for (const given of [day, day.toReversed()]) {
      tally.begin(tallyOptions())
      const { samples } = feed(tally, given).part()
      expect(samples.length).toBeLessThanOrEqual(360)
      expect(new Set(samples.map(({ requestId }) => requestId))).toEqual(new Set(['x'.repeat(200)]))
      const slots = new Set(samples.map(({ atMs }) => Math.floor(atMs / 10_000)))
      for (let back = 1; back <= 90; back++) expect(slots).toContain(ARRIVED_AT_MS / 10_000 - back)
    }
  })

  it('keeps the newest three of a series of a replay, of whatever minute', () => {
    const hour = minutes(60, (tsMs, at) => [{ status: 500 + (at % 2), tsMs, requestId: `r${at}` }])
    const { samples } = tallied(hour, { replayed: true }).part()
    expect(samples.map(({ requestId }) => requestId).toSorted()).toEqual(
      [7194, 7195, 7196, 7197, 7198, 7199].map((at) => `r${at}`),
    )
  })

  it('leaves a sample to the service that fails once among hundreds that fail', () => {
    const storm = Array.from({ length: 3000 }, (_, at) => ({ status: 500, service: 'storm', path: `/${at % 400}` }))
    for (const given of [
      [...storm, { status: 500, service: 'quiet' }],
      [{ status: 500, service: 'quiet' }, ...storm],
    ]) {
      const { samples, series, word } = tallied(given).part()
      expect(samples).toHaveLength(20)
      expect(samples.filter((sample) => word(series.service[sample.series]!) === 'quiet')).toHaveLength(1)
    }
  })

  it('names the largest consumers of throttled events and counts the rest as {other}', () => {
    const flood = Array.from({ length: 2000 }, (_, at) => ({ status: 429, service: 's', consumer: `c${at}` }))
    const heavy = Array.from({ length: 300 }, () => ({ status: 429, service: 's', consumer: 'heavy' }))
    const { consumers } = tallied([...heavy, ...flood, ...heavy, { status: 200, consumer: 'fine' }]).part()
    expect(consumers.reduce((sum, { count }) => sum + count, 0)).toBe(2600)
    expect(consumers.find(({ consumer }) => consumer !== '{other}')).toMatchObject({
      consumer: 'heavy',
      count: 600,
      bucket: Math.floor(ARRIVED_AT_MS / 60_000) * 6,
    })
    expect(consumers.length).toBeLessThanOrEqual(51)
    expect(consumers.map(({ consumer }) => consumer)).toContain('{other}')
  })

  it('hashes consumers with a salt', () => {
    const { consumers } = tallied([{ status: 429, consumer: 'alice' }], { consumerSalt: 'salt' }).part()
    expect(consumers[0]!.consumer).toMatch(/^[0-9a-f]{16}$/)
  })
})

describe('reuse', () => {
  it('begins the next batch with nothing of the one before', () => {
    const used = tallied([
      { status: 500, path: '/a', durationMs: 4, consumer: 'c', requestId: 'r', bytes: 3 },
      { status: 429, path: '/a', consumer: 'c', tsMs: 3 },
      { status: 429, path: '/a', consumer: 'c' },
    ])
    const options = tallyOptions()
    used.begin(options)
    feed(used, [{ status: 200, path: '/b', durationMs: 5 }])
    const { word: _, ...again } = used.part()
    const { word: __, ...fresh } = tallied([{ status: 200, path: '/b', durationMs: 5 }]).part()
    expect(JSON.stringify(heads(again))).toBe(JSON.stringify(heads(fresh)))
    expect(used.errors).toEqual([])
    expect(used.isIdentifiable).toBe(false)
  })
})

/** Columns cut to their length, so that what lies beyond does not count. */
const heads = (part: Omit<ReturnType<BatchTally['part']>, 'word'>): unknown => ({
  ...part,
  series: cut(part.series, part.series.length),
  cells: cut(part.cells, part.cells.length),
  latencies: cut(part.latencies, part.latencies.length),
})
const cut = (columns: object, length: number): unknown =>
  Object.entries(columns).flatMap(([name, column]) =>
    ArrayBuffer.isView(column) && name !== 'slots' && name !== 'entrySlots'
      ? [[name, [...(column as Uint8Array).subarray(0, length)]]]
      : [],
  )
