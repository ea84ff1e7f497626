import type { BatchTally } from './batch-tally.js'
import type { Delivery } from './delta.js'
import { batchSegments, encodeBatches } from './encode-batches.js'
import { joinSegments, type SegmentBytes } from './encode-delta.js'
import type { SealedBatch } from './sealed-batch.js'

/** Another thread that sums batches, and encodes what it has summed. */
export interface TallyPlace {
  /** The sums of these batches, which are all here; those of one source share a segment. Rejects where they are lost. */
  segments(batches: readonly SealedBatch<AwayTally>[]): Promise<SegmentBytes>
}

/** Stands for a tally on another thread. */
export interface AwayTally {
  readonly place: TallyPlace
  readonly seriesCount: number
  readonly delivery: Delivery
}

/** A batch that was summed on this thread or on another. */
export type SummedBatch = SealedBatch<BatchTally | AwayTally>

/**
 * The delta of a group of batches, wherever they were summed: `fresh` are counted, of `duplicates` only the ledger is. A promise only
 * where other threads have to be asked; it rejects where one of them has lost a batch.
 */
export const encodeSummed = (
  fresh: readonly SummedBatch[],
  duplicates: readonly SummedBatch[] = [],
): Uint8Array | Promise<Uint8Array> => {
  const away = fresh.filter(isAway)
  const here = fresh.filter(isHere)
  return away.length === 0 ? encodeBatches(here, duplicates) : encodeJoined(away, here, duplicates)
}

const encodeJoined = async (
  away: readonly SealedBatch<AwayTally>[],
  here: readonly SealedBatch<BatchTally>[],
  duplicates: readonly SummedBatch[],
): Promise<Uint8Array> => {
  const asked = [...Map.groupBy(away, ({ tally }) => tally.place)].map(([place, batches]) => place.segments(batches))
  const own = batchSegments(here, duplicates)
  return joinSegments([own, ...(await Promise.all(asked))])
}

const isAway = (batch: SummedBatch): batch is SealedBatch<AwayTally> => 'place' in batch.tally
const isHere = (batch: SummedBatch): batch is SealedBatch<BatchTally> => !isAway(batch)
