import { DELTA_VERSION, encodeSummed, type SealedBatch, type SummedBatch } from '#delta'
import { deltaShares } from './delta-shares.js'

/** Makes the bytes of deltas: the sums of fresh batches, and the ledger lines of duplicates. */
export interface DeltaEncoding {
  readonly version: number
  /** The sum of fresh batches, where it fits into one delta; else null. */
  encodeWhole(fresh: readonly SealedBatch[]): Uint8Array | null | Promise<Uint8Array>
  /** One after the other, so that not all of them are in memory together. */
  encode(fresh: readonly SealedBatch[], duplicates: readonly SealedBatch[]): Iterable<Uint8Array | Promise<Uint8Array>>
}

/** Batches come sealed from tallies; the port does not say so, because a journal only carries them. */
export const tallyEncoding: DeltaEncoding = {
  version: DELTA_VERSION,
  encodeWhole(fresh) {
    const [share, ...others] = sharesOf(fresh)
    return share === undefined || others.length > 0 ? null : encodeSummed(share)
  },
  *encode(fresh, duplicates) {
    for (const [position, share] of sharesOf(fresh).entries())
      yield encodeSummed(share, position === 0 ? (duplicates as readonly SummedBatch[]) : [])
  },
}

const sharesOf = (fresh: readonly SealedBatch[]): SummedBatch[][] =>
  deltaShares(fresh as readonly SummedBatch[], ({ tally }) => tally.seriesCount)
