import { crc32 } from 'node:zlib'
import { OUTCOMES, OWNERS, STATUS_CLASSES } from '#catalog'
import { METHODS, PROTOCOLS, REJECT_REASONS } from '#event'
import { ByteReader } from './byte-reader.js'
import {
  DELIVERIES,
  type CellColumns,
  type ConsumerCount,
  type Delta,
  type LatencyColumns,
  type Ledger,
  type SampleEvent,
  type Segment,
  type SeriesColumns,
} from './delta.js'
import { DELTA_MAGIC, DELTA_VERSION, OLDEST_DELTA_VERSION } from './encode-delta.js'
import { LATENCY_BUCKETS } from './latency-buckets.js'

const HEAD_BYTES = DELTA_MAGIC.length + 1
const CRC_BYTES = 4
/** The last date that JavaScript and Postgres both know. */
const LAST_MS = 8_640_000_000_000_000
/** Codes are 0 (none) and 100..999. */
const CODES = 1000

/** A delta, or why these bytes are none. Never throws, whatever the bytes. */
export type Decoded =
  { readonly delta: Delta; readonly fault?: never } | { readonly fault: string; readonly delta?: never }

export const decodeDelta = (bytes: Uint8Array): Decoded => {
  if (bytes.length < HEAD_BYTES + CRC_BYTES) return { fault: 'shorter than an empty delta' }
  if (DELTA_MAGIC.some((byte, at) => bytes[at] !== byte)) return { fault: 'not a delta' }
  const version = bytes[DELTA_MAGIC.length]
  if (version === undefined || version < OLDEST_DELTA_VERSION || version > DELTA_VERSION)
    return { fault: `version ${version}, known are ${OLDEST_DELTA_VERSION} to ${DELTA_VERSION}` }
  const end = bytes.length - CRC_BYTES
  const body = bytes.subarray(0, end)
  if (new DataView(bytes.buffer, bytes.byteOffset).getUint32(end, true) !== crc32(body)) {
    return { fault: 'checksum differs' }
  }
  const from = new ByteReader(body.subarray(HEAD_BYTES))
  const segments: Segment[] = []
  const count = from.count(MIN_SEGMENT_BYTES, 'segments')
  for (let position = 0; position < count && from.fault === null; position++) segments.push(readSegment(from, version))
  if (from.remaining > 0) from.fail('bytes after the last segment')
  return from.fault === null ? { delta: { segments } } : { fault: from.fault }
}

const MIN_SEGMENT_BYTES = 19

const readSegment = (from: ByteReader, version: number): Segment => {
  const source = from.text()
  const flags = from.byte()
  const delivery = DELIVERIES[flags >>> 1] ?? 'best_effort'
  if (flags >>> 1 >= DELIVERIES.length) from.fail('unknown delivery')
  const arrivedAtMs = from.below(LAST_MS, 'arrival')
  const newestEventMs = from.below(LAST_MS, 'newest event')
  const oldestEventMs = from.below(LAST_MS, 'oldest event')
  const ledger = readLedger(from)
  const overflowed = from.uint()
  const words = Array.from({ length: from.count(1, 'words') }, () => from.text())
  const series = readSeries(from, words.length)
  const cells = readCells(from, series.length)
  const latencies = readLatencies(from, words.length)
  const samples = readSamples(from, series.length, arrivedAtMs, version)
  const consumers = readConsumers(from, words.length)
  const replayed = (flags & 1) === 1
  return {
    source,
    arrivedAtMs,
    newestEventMs,
    oldestEventMs,
    replayed,
    delivery,
    ledger,
    overflowed,
    words,
    series,
    cells,
    latencies,
    samples,
    consumers,
  }
}

const readLedger = (from: ByteReader): Ledger => {
  const ledger: Ledger = {
    received: from.uint(),
    accepted: from.uint(),
    duplicate: from.uint(),
    rejected: from.uint(),
    shed: from.uint(),
    replayed: from.uint(),
    rejectedBy: {},
  }
  const reasons = from.count(2, 'reasons')
  for (let row = 0; row < reasons; row++) {
    const reason = REJECT_REASONS[from.below(REJECT_REASONS.length, 'reason')]!
    ledger.rejectedBy[reason] = from.uint()
  }
  return ledger
}

type Column = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>

const readUints = (from: ByteReader, column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
  for (let row = 0; row < column.length; row++) column[row] = from.uint()
  return column
}

const readBelow = <T extends Column>(from: ByteReader, column: T, limit: number, what: string): T => {
  for (let row = 0; row < column.length; row++) column[row] = from.below(limit, what)
  return column
}

const readBytes = (from: ByteReader, length: number, limit: number, what: string): Uint8Array<ArrayBuffer> => {
  const column = new Uint8Array(length)
  for (let row = 0; row < length; row++) {
    column[row] = from.byte()
    if (column[row]! >= limit) from.fail(`${what} out of range`)
  }
  return column
}

const readDifferences = (from: ByteReader, length: number, limit: number, what: string): Int32Array<ArrayBuffer> => {
  const column = new Int32Array(length)
  let value = 0
  for (let row = 0; row < length; row++) {
    value += from.int()
    if (value < 0 || value >= limit) from.fail(`${what} out of range`)
    column[row] = value
  }
  return column
}

const BUCKETS = 2 ** 31

const readSeries = (from: ByteReader, words: number): SeriesColumns => {
  const length = from.count(8, 'series')
  return {
    length,
    gateway: readBelow(from, new Int32Array(length), words, 'gateway'),
    service: readBelow(from, new Int32Array(length), words, 'service'),
    route: readBelow(from, new Int32Array(length), words, 'route'),
    code: readBelow(from, new Uint16Array(length), CODES, 'code'),
    method: readBytes(from, length, METHODS.length, 'method'),
    protocol: readBytes(from, length, PROTOCOLS.length, 'protocol'),
    outcome: readBytes(from, length, OUTCOMES.length, 'outcome'),
    owner: readBytes(from, length, OWNERS.length, 'owner'),
  }
}

const readCells = (from: ByteReader, series: number): CellColumns => {
  const length = from.count(6, 'cells')
  const cells = {
    length,
    series: readDifferences(from, length, series, 'series'),
    bucket: readDifferences(from, length, BUCKETS, 'bucket'),
    count: readUints(from, new Float64Array(length)),
    retries: readUints(from, new Float64Array(length)),
    bytes: readUints(from, new Float64Array(length)),
    durationUs: readUints(from, new Float64Array(length)),
  }
  const anyEstimated = from.byte() === 1
  return { ...cells, estimated: anyEstimated ? readBytes(from, length, 2, 'estimated') : new Uint8Array(length) }
}

const readLatencies = (from: ByteReader, words: number): LatencyColumns => {
  const length = from.count(8, 'latencies')
  const columns = {
    length,
    gateway: readBelow(from, new Int32Array(length), words, 'gateway'),
    service: readBelow(from, new Int32Array(length), words, 'service'),
    route: readBelow(from, new Int32Array(length), words, 'route'),
    class: readBytes(from, length, STATUS_CLASSES.length, 'class'),
    bucket: readDifferences(from, length, BUCKETS, 'bucket'),
    count: readUints(from, new Float64Array(length)),
    sumUs: readUints(from, new Float64Array(length)),
    ends: new Int32Array(length),
  }
  let entries = 0
  for (let cell = 0; cell < length; cell++) {
    entries += from.below(LATENCY_BUCKETS + 1, 'histogram length')
    columns.ends[cell] = entries
  }
  if (entries * 2 > from.remaining) entries = from.fail('histograms end early')
  const indexes = new Uint16Array(entries)
  const counts = new Float64Array(entries)
  for (let cell = 0, entry = 0; cell < length && from.fault === null; cell++) {
    for (let index = 0; entry < columns.ends[cell]!; entry++) {
      index += from.uint()
      if (index >= LATENCY_BUCKETS) from.fail('histogram bucket out of range')
      indexes[entry] = index
      counts[entry] = from.uint()
    }
  }
  return { ...columns, indexes, counts }
}

const readId = (from: ByteReader): string | null => (from.byte() === 0 ? null : from.text())

/** Samples of version 1 have no detail. */
const readSamples = (from: ByteReader, series: number, arrivedAtMs: number, version: number): SampleEvent[] =>
  Array.from({ length: from.count(5, 'samples') }, () => {
    const position = from.below(series, 'sample series')
    const atMs = arrivedAtMs + from.int()
    if (atMs < 0 || atMs > LAST_MS) from.fail('sample time out of range')
    const durationUs = from.uint()
    const durationMs = durationUs === 0 ? null : (durationUs - 1) / 1000
    const ids = { requestId: readId(from), traceId: readId(from) }
    return { series: position, atMs, durationMs, ...ids, detail: version === 1 ? null : readId(from) }
  })

const readConsumers = (from: ByteReader, words: number): ConsumerCount[] => {
  let bucket = 0
  return Array.from({ length: from.count(4, 'consumers') }, () => {
    const service = from.below(words, 'consumer service')
    bucket += from.int()
    if (bucket < 0 || bucket >= BUCKETS) from.fail('consumer bucket out of range')
    return { service, bucket, count: from.uint(), consumer: from.text() }
  })
}
