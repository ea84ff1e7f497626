import type { BatchTally } from './batch-tally.js'
import type { BatchKey, FileSpan, SealedBatch } from './sealed-batch.js'

/** Batches of fewer events keep their key for an hour only. */
export const SHORT_LIVED_BELOW = 8

export interface SealOptions {
  readonly arrivedAtMs: number
  readonly key: BatchKey | null
  readonly file: FileSpan | null
  readonly replayed: boolean
  readonly format: string | null
}

/** Closes a scanned batch for the journal. The tally stays in use until the journal has answered. */
export const seal = (
  tally: BatchTally,
  { arrivedAtMs, key, file, replayed, format }: SealOptions,
): SealedBatch<BatchTally> => {
  const { source, ledger, rejects } = tally
  return { arrivedAtMs, key, file, replayed, format, source, ledger, tally, rejects }
}
