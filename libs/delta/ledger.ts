import { REJECT_REASONS } from '#event'
import type { Ledger } from './delta.js'

/** A ledger with nothing in it. */
export const emptyLedger = (): Ledger => ({
  received: 0,
  accepted: 0,
  duplicate: 0,
  rejected: 0,
  shed: 0,
  replayed: 0,
  rejectedBy: {},
})

/** Adds `part` to `sum`. */
export const addLedger = (sum: Ledger, part: Ledger): void => {
  sum.received += part.received
  sum.accepted += part.accepted
  sum.duplicate += part.duplicate
  sum.rejected += part.rejected
  sum.shed += part.shed
  sum.replayed += part.replayed
  if (part.rejected === 0) return
  for (const reason of REJECT_REASONS) {
    const count = part.rejectedBy[reason] ?? 0
    if (count > 0) sum.rejectedBy[reason] = (sum.rejectedBy[reason] ?? 0) + count
  }
}

/** What a batch that was counted before adds: it was received, and every event of it is a duplicate. */
export const duplicateLedger = (batch: Ledger): Ledger => ({
  ...emptyLedger(),
  received: batch.received,
  duplicate: batch.received,
})
