import type { BatchTally } from './batch-tally.js'
import type { Delivery, Segment } from './delta.js'
import { encodeSegments, segmentBytes, type SegmentBytes } from './encode-delta.js'
import { duplicateLedger } from './ledger.js'
import type { SealedBatch } from './sealed-batch.js'
import { SegmentSum, type SegmentPart } from './segment-sum.js'
import { segmentOf } from './segment-of.js'

/** Samples kept of all batches that share a segment. */
const SAMPLES_PER_SEGMENT = { perSlot: 100, all: 360 }

type Batch = SealedBatch<BatchTally>
/** Of a batch that was counted before nothing but this is asked, wherever it was summed. */
type Duplicate = SealedBatch<{ readonly delivery: Delivery }>

/** Batches of one source that share a segment. */
interface Group {
  readonly source: string
  readonly replayed: boolean
  readonly fresh: Batch[]
  readonly duplicates: Duplicate[]
}

/**
 * The delta of a group of batches: those of one source share a segment. `fresh` are counted; of `duplicates` only the
 * ledger is, as received and duplicate.
 */
export const encodeBatches = (fresh: readonly Batch[], duplicates: readonly Duplicate[] = []): Uint8Array =>
  encodeSegments(segmentsOf(fresh, duplicates))

/** The same without the frame of a delta, to be joined with what other threads have summed. */
export const batchSegments = (fresh: readonly Batch[], duplicates: readonly Duplicate[] = []): SegmentBytes =>
  segmentBytes(segmentsOf(fresh, duplicates))

const segmentsOf = (fresh: readonly Batch[], duplicates: readonly Duplicate[]): Segment[] => {
  const groups = new Map<string, Group>()
  for (const batch of fresh) groupOf(groups, batch).fresh.push(batch)
  for (const batch of duplicates) groupOf(groups, batch).duplicates.push(batch)
  return [...groups.values()].map(sumOf)
}

const groupOf = (groups: Map<string, Group>, { source, replayed }: Duplicate): Group => {
  const key = replayed ? `replayed ${source}` : `live ${source}`
  let group = groups.get(key)
  if (group === undefined) groups.set(key, (group = { source, replayed, fresh: [], duplicates: [] }))
  return group
}

/** A batch alone needs no summing up: only its labels become words. */
const sumOf = (group: Group): Segment => {
  const { source, replayed, fresh, duplicates } = group
  const parts = fresh.map(partOf)
  const [only] = parts
  if (only !== undefined && parts.length === 1 && duplicates.length === 0) return segmentOf(only, source)
  const sum = new SegmentSum(source, SAMPLES_PER_SEGMENT, roomFor(parts))
  for (const part of parts) sum.add(part)
  for (const batch of duplicates) sum.addLedger(duplicateLedger(batch.ledger), batch.arrivedAtMs, batch.tally.delivery)
  return sum.segment(replayed)
}

const partOf = ({ tally, ledger }: Batch): SegmentPart => tally.part(ledger)

/** Batches that come together have mostly the same series: room for twice the largest. */
const roomFor = (parts: readonly SegmentPart[]): { series: number; cells: number; latencies: number } => ({
  series: 2 * Math.max(0, ...parts.map(({ series }) => series.length)),
  cells: 2 * Math.max(0, ...parts.map(({ cells }) => cells.length)),
  latencies: 2 * Math.max(0, ...parts.map(({ latencies }) => latencies.length)),
})
