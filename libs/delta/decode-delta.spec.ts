import { crc32 } from 'node:zlib'
import * as fc from 'fast-check'
import { OUTCOMES, OWNERS, STATUS_CLASSES } from '#catalog'
import { METHODS, PROTOCOLS, REJECT_REASONS } from '#event'
import { decodeDelta } from './decode-delta.js'
import { DELIVERIES } from './delta.js'
import { DeltaSum } from './delta-sum.js'
import { encodeBatches } from './encode-batches.js'
import { DELTA_VERSION } from './encode-delta.js'
import { LATENCY_BUCKETS } from './latency-buckets.js'
import { ARRIVED_AT_MS, batchOf } from './testing/specimen.js'

const golden = (): Uint8Array =>
  encodeBatches([
    batchOf([
      { status: 200, service: 'shop', path: '/cart', method: 'POST', durationMs: 12.5, bytes: 1234, retries: 1 },
      { status: 429, service: 'shop', path: '/cart', consumer: 'alice', requestId: 'r2', durationMs: 0.5 },
      { status: 502, service: 'shop', path: '/pay', requestId: 'r3', traceId: 't3', tsMs: ARRIVED_AT_MS - 70_000 },
      { status: 200, tsMs: 1 },
    ]),
    batchOf([{ status: 200, gateway: 'g', route: 'r' }], { replayed: true, delivery: 'at_least_once' }),
  ])

/** As release 0.1 wrote it: the same without details. */
const VERSION_1 = [
  '534c44010204656467650080fc9bc2a03480fc9bc2a03490d997c2a034040300010000010801000404656467650473686f70052f636172',
  '74042f70617903000000010101020203c801ad03f60303010100000001040604000403000202c0f79cab01000d010101010000d2090000',
  'd461f4030000020000010102020103c0f79cab01000101d461f403010139011301020100f503010272320002dfc5080001027233010274',
  '330101c0f79cab010105616c69636504656467650380fc9bc2a03480fc9bc2a03480fc9bc2a03401010000000000000301670465646765',
  '017201000102c801010001040100c0f79cab010100000000000000bf857b85',
].join('')

const GOLDEN = [
  '534c44020204656467650080fc9bc2a03480fc9bc2a03490d997c2a034040300010000010801000404656467650473686f70052f636172',
  '74042f70617903000000010101020203c801ad03f60303010100000001040604000403000202c0f79cab01000d010101010000d2090000',
  'd461f4030000020000010102020103c0f79cab01000101d461f403010139011301020100f50301027232000002dfc50800010272330102',
  '7433000101c0f79cab010105616c69636504656467650380fc9bc2a03480fc9bc2a03480fc9bc2a0340101000000000000030167046564',
  '6765017201000102c801010001040100c0f79cab010100000000000000a700d53a',
].join('')

/** The bytes with a checksum that fits them. */
const signed = (body: Uint8Array): Uint8Array => {
  const bytes = Buffer.from(body)
  bytes.writeUInt32LE(crc32(bytes.subarray(0, -4)), bytes.length - 4)
  return bytes
}

/** What decodes must also fold. */
const judge = (hostile: Uint8Array): void => {
  const { delta } = decodeDelta(hostile)
  if (delta === undefined) return
  for (const { series, cells, words, samples, latencies } of delta.segments) {
    expect(cells.series.every((at) => at < series.length)).toBe(true)
    expect(samples.every((sample) => sample.series < series.length)).toBe(true)
    for (const { gateway, service, route } of [series, latencies]) {
      for (const labels of [gateway, service, route]) expect(labels.every((at) => at < words.length)).toBe(true)
    }
  }
  const sum = new DeltaSum()
  sum.add(delta)
  for (const { gateway, service, route } of sum.rows().series)
    expect([gateway, service, route]).not.toContain(undefined)
}

describe('a decoded delta', () => {
  it('keeps the layout of its version', () => {
    // A difference here is a change of the wire format: raise DELTA_VERSION and keep reading this one.
    expect(DELTA_VERSION).toBe(2)
    expect(Buffer.from(golden()).toString('hex')).toBe(GOLDEN)
    const tuples = [METHODS, PROTOCOLS, OUTCOMES, OWNERS, STATUS_CLASSES, REJECT_REASONS, DELIVERIES]
    expect([...tuples.map(({ length }) => length), LATENCY_BUCKETS]).toEqual([13, 7, 8, 5, 6, 12, 3, 197])
  })

  it('is read as the release before wrote it', () => {
    expect(decodeDelta(Buffer.from(VERSION_1, 'hex')).delta).toEqual(decodeDelta(golden()).delta)
  })

  it.each<[string, (bytes: Uint8Array) => Uint8Array, string]>([
    ['nothing', () => new Uint8Array(0), 'shorter than an empty delta'],
    ['another file', () => Buffer.from('{"hello":"world"}'), 'not a delta'],
    ['a newer version', (bytes) => signed(bytes.with(3, 9)), 'version 9, known are 1 to 2'],
    ['a flipped bit', (bytes) => bytes.with(40, bytes[40]! ^ 1), 'checksum differs'],
    ['its first half', (bytes) => bytes.subarray(0, bytes.length >> 1), 'checksum differs'],
    ['its first half, signed', (bytes) => signed(bytes.subarray(0, bytes.length >> 1)), 'absurd number of latencies'],
    ['more after its end', (bytes) => signed(Buffer.concat([bytes, Buffer.alloc(4)])), 'bytes after the last segment'],
    ['a billion segments', () => signed(Buffer.from('534c4401ffffffff0300000000', 'hex')), 'absurd number of segments'],
    ['an endless number', () => signed(Buffer.from('534c4401ffffffffffffffffff00000000', 'hex')), 'number too long'],
  ])('of %s is a fault', (_, change, fault) => expect(decodeDelta(change(golden())).fault).toBe(fault))

  it('never throws and never hands out what cannot be folded, whatever the bytes', () => {
    const bytes = golden()
    const mutation = fc.array(fc.tuple(fc.nat(bytes.length - 5), fc.nat(255)), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(mutation, (changes) => judge(signed(changes.reduce((all, [at, byte]) => all.with(at, byte), bytes)))),
      { numRuns: 1000 },
    )
    fc.assert(
      fc.property(fc.nat(bytes.length - 8), (length) => judge(signed(bytes.subarray(0, length + 8)))),
      { numRuns: 200 },
    )
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4 }), (tail) =>
        judge(signed(Buffer.concat([bytes.subarray(0, 4), tail]))),
      ),
    )
    fc.assert(fc.property(fc.uint8Array(), judge))
  })
})
