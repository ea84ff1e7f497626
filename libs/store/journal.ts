import type { SealedBatch } from '#delta'

/** What became of one batch. Only `accepted` and `duplicate` may be acknowledged with success. */
export type AppendResult =
  | { readonly result: 'accepted'; readonly fileEnd?: number }
  | { readonly result: 'duplicate'; readonly fileEnd?: number }
  /** The same idempotency key came with another body before. */
  | { readonly result: 'key_conflict' }
  /** The file span does not continue what is stored, by its offset or by the bytes before it. */
  | { readonly result: 'file_gap'; readonly fileEnd: number }

/** Durable append-only log of deltas. Resolves only after the commit is durable; rejects with `JournalUnavailable` otherwise. */
export abstract class Journal {
  /** Appends batches in one transaction; results in the order of `batches`. */
  abstract append(batches: readonly SealedBatch[]): Promise<AppendResult[]>
  /** What is stored for a file, or null: end offset, and the sender's digest of the bytes before it (HTTP header X-Statusline-Tail). */
  abstract file(fingerprint: Uint8Array): Promise<{ readonly end: number; readonly tail: Uint8Array } | null>
}

/** The append is not durable, or not known to be: the sender must try again (503). */
export class JournalUnavailable extends Error {
  override readonly name = 'JournalUnavailable'
}
