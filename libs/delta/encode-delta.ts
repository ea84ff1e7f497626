import { crc32 } from 'node:zlib'
import { REJECT_REASONS } from '#event'
import { ByteWriter } from './byte-writer.js'
import {
  DELIVERIES,
  type CellColumns,
  type ConsumerCount,
  type LatencyColumns,
  type Ledger,
  type SampleEvent,
  type Segment,
  type SeriesColumns,
} from './delta.js'

/*
 * Layout of a delta, version 2. Numbers are unsigned LEB128 varints up to 2^53 - 1 ("int": zigzag first), texts are a length
 * and UTF-8; columns are written one after the other, so that like stands beside like. Whoever changes a line here or appends
 * to a tuple whose index is stored (METHODS, PROTOCOLS, OUTCOMES, OWNERS, STATUS_CLASSES, REJECT_REASONS, DELIVERIES, latency
 * buckets) raises DELTA_VERSION and teaches decodeDelta both; a fold of the release before leaves newer deltas alone.
 *
 *   delta    "SLD" · version byte · count · segment* · CRC-32 of all before, little endian
 *   segment  source text · flags byte (bit 0 replayed, bits 1.. delivery) · arrivedAtMs · newestEventMs · oldestEventMs
 *            · ledger · overflowed · count, word text* · series · cells · latencies · samples · consumers
 *   ledger   received · accepted · duplicate · rejected · shed · replayed · count, (reason index, events)*
 *   series   count · gateway* · service* · route* · code* · method byte* · protocol byte* · outcome byte* · owner byte*
 *   cells    count · series int* (difference to the cell before) · bucket int* (likewise) · count* · retries* · bytes*
 *            · durationUs* · byte: any estimated? · if so estimated byte*
 *   latencies count · gateway* · service* · route* · class byte* · bucket int* (difference) · count* · sumUs*
 *            · histogram lengths* · per cell (index difference, count)*
 *   samples  count · (series · atMs int, difference to arrivedAtMs · durationUs + 1 or 0 · requestId · traceId · detail)*,
 *            an id or a detail as byte 0, or byte 1 and text; version 1 had no detail
 *   consumers count · (service · bucket int, difference to the one before · count · consumer text)*
 */
export const DELTA_VERSION = 2
/** The oldest version that is still read: deltas that the release before left in the journal. */
export const OLDEST_DELTA_VERSION = 1
export const DELTA_MAGIC = [0x53, 0x4c, 0x44] as const

const scratch = new ByteWriter(1 << 16)

/** Encoded segments, to be joined into a delta with others. */
export interface SegmentBytes {
  readonly count: number
  /** One segment behind the other. */
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** The bytes of a delta with these segments. */
export const encodeSegments = (segments: readonly Segment[]): Uint8Array =>
  deltaOf(segments.length, (out) => writeSegments(out, segments))

/** The bytes of segments alone. */
export const segmentBytes = (segments: readonly Segment[]): SegmentBytes => {
  scratch.clear()
  writeSegments(scratch, segments)
  return { count: segments.length, bytes: scratch.slice() }
}

/** The bytes of a delta with the segments of all `parts`. */
export const joinSegments = (parts: readonly SegmentBytes[]): Uint8Array =>
  deltaOf(
    parts.reduce((sum, { count }) => sum + count, 0),
    (out) => {
      for (const { bytes } of parts) out.raw(bytes)
    },
  )

const deltaOf = (count: number, write: (out: ByteWriter) => void): Uint8Array => {
  const out = scratch
  out.clear()
  for (const byte of DELTA_MAGIC) out.byte(byte)
  out.byte(DELTA_VERSION)
  out.uint(count)
  write(out)
  out.uint32(crc32(out.view()))
  return out.slice()
}

const writeSegments = (out: ByteWriter, segments: readonly Segment[]): void => {
  for (const segment of segments) writeSegment(out, segment)
}

const writeSegment = (out: ByteWriter, segment: Segment): void => {
  out.text(segment.source)
  out.byte((segment.replayed ? 1 : 0) | (DELIVERIES.indexOf(segment.delivery) << 1))
  out.uint(segment.arrivedAtMs)
  out.uint(segment.newestEventMs)
  out.uint(segment.oldestEventMs)
  writeLedger(out, segment.ledger)
  out.uint(segment.overflowed)
  out.uint(segment.words.length)
  for (const word of segment.words) out.text(word)
  writeSeries(out, segment.series)
  writeCells(out, segment.cells)
  writeLatencies(out, segment.latencies)
  writeSamples(out, segment.samples, segment.arrivedAtMs)
  writeConsumers(out, segment.consumers)
}

const writeLedger = (out: ByteWriter, ledger: Ledger): void => {
  out.uint(ledger.received)
  out.uint(ledger.accepted)
  out.uint(ledger.duplicate)
  out.uint(ledger.rejected)
  out.uint(ledger.shed)
  out.uint(ledger.replayed)
  const reasons = REJECT_REASONS.filter((reason) => (ledger.rejectedBy[reason] ?? 0) > 0)
  out.uint(reasons.length)
  for (const reason of reasons) {
    out.uint(REJECT_REASONS.indexOf(reason))
    out.uint(ledger.rejectedBy[reason] ?? 0)
  }
}

const writeBytes = (out: ByteWriter, column: Uint8Array, length: number): void => out.raw(column.subarray(0, length))

const writeSeries = (out: ByteWriter, series: SeriesColumns): void => {
  const { length } = series
  out.uint(length)
  for (const column of [series.gateway, series.service, series.route, series.code]) out.uints(column, length)
  for (const column of [series.method, series.protocol, series.outcome, series.owner]) writeBytes(out, column, length)
}

const writeCells = (out: ByteWriter, cells: CellColumns): void => {
  const { length } = cells
  out.uint(length)
  out.differences(cells.series, length)
  out.differences(cells.bucket, length)
  for (const column of [cells.count, cells.retries, cells.bytes, cells.durationUs]) out.uints(column, length)
  const anyEstimated = cells.estimated.subarray(0, length).includes(1)
  out.byte(anyEstimated ? 1 : 0)
  if (anyEstimated) writeBytes(out, cells.estimated, length)
}

const writeLatencies = (out: ByteWriter, latencies: LatencyColumns): void => {
  const { length, ends, indexes, counts } = latencies
  out.uint(length)
  for (const column of [latencies.gateway, latencies.service, latencies.route]) out.uints(column, length)
  writeBytes(out, latencies.class, length)
  out.differences(latencies.bucket, length)
  out.uints(latencies.count, length)
  out.uints(latencies.sumUs, length)
  for (let cell = 0, entry = 0; cell < length; entry = ends[cell++]!) out.uint(ends[cell]! - entry)
  for (let cell = 0, entry = 0; cell < length; cell++) {
    for (let before = 0; entry < ends[cell]!; entry++) {
      out.uint(indexes[entry]! - before)
      out.uint(counts[entry]!)
      before = indexes[entry]!
    }
  }
}

const writeId = (out: ByteWriter, id: string | null): void => {
  out.byte(id === null ? 0 : 1)
  if (id !== null) out.text(id)
}

const writeSamples = (out: ByteWriter, samples: readonly SampleEvent[], arrivedAtMs: number): void => {
  out.uint(samples.length)
  for (const sample of samples) {
    out.uint(sample.series)
    out.int(sample.atMs - arrivedAtMs)
    out.uint(sample.durationMs === null ? 0 : Math.round(sample.durationMs * 1000) + 1)
    writeId(out, sample.requestId)
    writeId(out, sample.traceId)
    writeId(out, sample.detail)
  }
}

const writeConsumers = (out: ByteWriter, consumers: readonly ConsumerCount[]): void => {
  out.uint(consumers.length)
  let before = 0
  for (const { service, bucket, count, consumer } of consumers) {
    out.uint(service)
    out.int(bucket - before)
    out.uint(count)
    out.text(consumer)
    before = bucket
  }
}
