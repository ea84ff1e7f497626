import type { BatchKey, Delivery, FileSpan, Ledger, SealedBatch } from '#delta'
import type { Envelope, RejectReason } from '#event'
import type { BodyDigest } from './batch-key.js'

/** How one body is to be read. */
export interface ScanOrder {
  /** What it counts under: the name that the sender gave, or `{other}`. */
  readonly source: string
  /** The name that the sender gave, where it counts under another: its settings hold, and what it calls the same is its own. */
  readonly named?: string
  /** Null: as the source's settings say, else by content. */
  readonly format: string | null
  readonly arrivedAtMs: number
  /** Replays may be of any age. */
  readonly replayed: boolean
  /** What makes an event known again in another batch; null: nothing, batches are known as a whole. */
  readonly eventIds?: EventIdentity | null
  /** How the door delivers, where it can only do its best; else it follows from the batch's identity. */
  readonly delivery?: Delivery
  /** The records come from the quarantine. */
  readonly fromQuarantine?: boolean
  /** Which records of the quarantine they are. */
  readonly quarantineIds?: readonly number[]
}

/** By which id single events are known again: their own, or where they have none the id of the request. */
export const EVENT_IDENTITIES = ['event_id', 'request_id'] as const
export type EventIdentity = (typeof EVENT_IDENTITIES)[number]

/** One body under scan, wherever that is. Chunks go in; what they hold is sealed once the body is complete. */
export interface BodyScan {
  /**
   * Takes the next chunk; true where it is still needed afterwards, or gone. The memory of an owned one may be given to another
   * thread.
   */
  push(chunk: Buffer, isOwned: boolean): boolean
  /** Whether it hashes what is pushed into the digest that it was begun with. */
  readonly hashes: boolean
  /** Set: so much is waiting to be scanned that the sender should be held up until this resolves; it never rejects. */
  readonly room: Promise<void> | null
  /** Bytes of memory that it holds for this body, about; known for certain some time later where it is scanned elsewhere. */
  readonly heldBytes: number
  /** Takes one record, or a small body of several, that a door took out of its wrapping. */
  part(bytes: Uint8Array, envelope: Envelope | null): void
  /** Takes note of records that found no room and were not scanned. */
  shed(records: number): void
  /** Ends the body; the numbers below are final afterwards. False: it was no log at all. Fails with a `Refusal` where the scan is lost. */
  end(): boolean | Promise<boolean>
  readonly ledger: Ledger
  /** The events tell by themselves that another batch is not the same one. */
  readonly identifiable: boolean
  /** The first rejected records, for the reply. */
  readonly errors: readonly { readonly index: number; readonly reason: RejectReason }[]
  /** Whether `again` may be asked for, so that the body has to be kept until it is counted. */
  readonly mayAskAgain: boolean
  /** What goes into the journal. `again` hands over the same body once more, where events are known by ids. */
  seal(key: BatchKey | null, file: FileSpan | null, again?: () => void): SealedBatch
  /** Gives its memory back for the next body; the scan must not be used again. */
  release(): void
}

/** A scan on this thread. */
export interface Scan extends BodyScan {
  push(chunk: Uint8Array): false
  end(): boolean
}

/** Where scans come from; keeps and reuses their buffers. */
export abstract class Scans {
  abstract begin(order: ScanOrder): Scan

  /** Begins a body that comes in chunks and is not asked for again: it may be scanned on another thread. */
  beginBody(order: ScanOrder, _digest: BodyDigest | null): BodyScan {
    return this.begin(order)
  }

  /** Names of the formats that a sender may ask for. */
  abstract readonly formats: readonly string[]
}
