import type { BatchTally } from './batch-tally.js'
import type { Segment } from './delta.js'
import { encodeSegments } from './encode-delta.js'
import { duplicateLedger } from './ledger.js'
import type { SealedBatch } from './sealed-batch.js'
import { SegmentSum } from './segment-sum.js'

/** Samples kept of all batches that share a segment. */
const SAMPLES_PER_SEGMENT = 100

/**
 * The delta of a group of batches: those of one source share a segment. `fresh` are counted; of `duplicates` only the
 * ledger is, as received and duplicate.
 */
export const encodeBatches = (
  fresh: readonly SealedBatch<BatchTally>[],
  duplicates: readonly SealedBatch<BatchTally>[] = [],
): Uint8Array => encodeSegments(mergedSegments(fresh, duplicates))

const mergedSegments = (
  fresh: readonly SealedBatch<BatchTally>[],
  duplicates: readonly SealedBatch<BatchTally>[],
): Segment[] => {
  const sums = { live: new Map<string, SegmentSum>(), replayed: new Map<string, SegmentSum>() }
  const sumOf = (batch: SealedBatch<BatchTally>): SegmentSum => {
    const group = batch.replayed ? sums.replayed : sums.live
    let sum = group.get(batch.source)
    if (sum === undefined) group.set(batch.source, (sum = new SegmentSum(batch.source, SAMPLES_PER_SEGMENT)))
    return sum
  }
  for (const batch of fresh) sumOf(batch).add({ ...batch.tally.part(), ledger: batch.ledger })
  for (const batch of duplicates) {
    sumOf(batch).addLedger(duplicateLedger(batch.ledger), batch.arrivedAtMs, batch.tally.delivery)
  }
  return [...segmentsOf(sums.live, false), ...segmentsOf(sums.replayed, true)]
}

const segmentsOf = (sums: Map<string, SegmentSum>, replayed: boolean): Segment[] =>
  [...sums.values()].map((sum) => sum.segment(replayed))
