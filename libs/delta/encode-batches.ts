import type { BatchTally } from './batch-tally.js'
import type { Segment } from './delta.js'
import { encodeSegments } from './encode-delta.js'
import { duplicateLedger } from './ledger.js'
import type { SealedBatch } from './sealed-batch.js'
import { SegmentSum, type SegmentPart } from './segment-sum.js'
import { segmentOf } from './segment-of.js'

/** Samples kept of all batches that share a segment. */
const SAMPLES_PER_SEGMENT = { perSlot: 100, all: 360 }

type Batch = SealedBatch<BatchTally>

/** Batches of one source that share a segment. */
interface Group {
  readonly source: string
  readonly replayed: boolean
  readonly fresh: Batch[]
  readonly duplicates: Batch[]
}

/**
 * The delta of a group of batches: those of one source share a segment. `fresh` are counted; of `duplicates` only the
 * ledger is, as received and duplicate.
 */
export const encodeBatches = (fresh: readonly Batch[], duplicates: readonly Batch[] = []): Uint8Array => {
  const groups = new Map<string, Group>()
  for (const batch of fresh) groupOf(groups, batch).fresh.push(batch)
  for (const batch of duplicates) groupOf(groups, batch).duplicates.push(batch)
  return encodeSegments([...groups.values()].map(sumOf))
}

const groupOf = (groups: Map<string, Group>, { source, replayed }: Batch): Group => {
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
