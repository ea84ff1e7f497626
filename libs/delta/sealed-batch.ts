import type { RejectReason } from '#event'
import type { Ledger } from './delta.js'

/** What makes two arrivals the same batch. */
export interface BatchKey {
  /** 32 bytes: SHA-256 over scope (API key, source) and the sender's own id, or over source and body. */
  readonly id: Uint8Array
  /** SHA-256 of the decoded body: the same `Idempotency-Key` with another body is a conflict. */
  readonly body: Uint8Array
  readonly kind: 'idempotency_key' | 'request_id' | 'content'
  /** Batches under 8 events keep their key for 1 h, others for 72 h. */
  readonly shortLived: boolean
}

/** The part of a shipped file that a batch holds: bytes `from..to` of the file known by its fingerprint. */
export interface FileSpan {
  /** 32 bytes. */
  readonly fingerprint: Uint8Array
  readonly from: number
  readonly to: number
  /** SHA-256 digest (32 bytes) that the sender made of the bytes before `to`: given back to it, so that it can tell whether a file that begins alike is the same. */
  readonly tail: Uint8Array
  /** The same digest at `from`: must be the stored one, or these bytes continue another file that began alike. Not asked at 0. */
  readonly previousTail: Uint8Array
}

/** A record that was not counted, kept for quarantine. */
export interface RejectedRecord {
  readonly index: number
  readonly reason: RejectReason
  /** At most 16 KiB. */
  readonly record: Uint8Array
  /** False where only the head was kept: not replayable. */
  readonly whole: boolean
}

/** A scanned batch, ready for the journal. `Tally` is what the delta lib merges; the store only carries it. */
export interface SealedBatch<Tally = unknown> {
  readonly source: string
  readonly arrivedAtMs: number
  readonly key: BatchKey | null
  readonly file: FileSpan | null
  readonly replayed: boolean
  readonly ledger: Ledger
  readonly tally: Tally
  /** The first rejected records, bounded. */
  readonly rejects: readonly RejectedRecord[]
  /** The format that records were read as, kept with rejects for their replay. */
  readonly format: string | null
  /** Records of the quarantine that this batch counts at last: the append marks them, and is a duplicate when one was marked before. */
  readonly quarantineIds?: readonly number[]
  /** By what single events are known again in other batches, where the sender gives them ids. */
  readonly events?: EventKeys
}

/** The ids of the events of a batch. */
export interface EventKeys {
  /** 16 bytes each, as Latin-1 text; none twice. */
  readonly ids: readonly string[]
  /** The batch without the events with these ids, which become duplicates in its ledger. Asked once at every attempt to append it. */
  without(known: ReadonlySet<string>): SealedBatch
}
