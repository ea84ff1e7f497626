import type { Delivery, Ledger, RejectedRecord, SegmentBytes } from '#delta'
import type { BodyScan, ScanOrder } from '../scan.js'

/** What a thread is told. Bodies have numbers, which are never used again. */
export type ThreadOrder =
  /** `digest`: what the digest of the body begins with; null: nobody needs one. */
  | { readonly order: 'begin'; readonly body: number; readonly scan: ScanOrder; readonly digest: DigestOf | null }
  /** The chunk is the thread's own from now on. */
  | { readonly order: 'push'; readonly body: number; readonly chunk: Uint8Array<ArrayBuffer> }
  /** Answered by `ended` once all chunks are scanned. */
  | { readonly order: 'end'; readonly body: number }
  /** Answered by `encoded`: the segments of these bodies, which have ended. */
  | { readonly order: 'encode'; readonly request: number; readonly bodies: readonly DeliveredBody[] }
  /** Nobody asks for the body any more. */
  | { readonly order: 'release'; readonly body: number }

export interface DigestOf {
  readonly source: string
  readonly format: string | null
}

export interface DeliveredBody {
  readonly body: number
  readonly delivery: Delivery
}

/** What a thread tells. */
export type ThreadNews = { readonly scannedBytes: number } & (
  | { readonly news: 'scanned' }
  /** So much memory is held for the body from now on. */
  | { readonly news: 'grew'; readonly body: number; readonly heldBytes: number }
  | { readonly news: 'ended'; readonly body: number; readonly read: ReadBody }
  /** A bug: nothing more is told of the body. */
  | { readonly news: 'failed'; readonly body: number; readonly error: unknown }
  | { readonly news: 'encoded'; readonly request: number; readonly segments: SegmentBytes }
  | { readonly news: 'not_encoded'; readonly request: number; readonly error: unknown }
)

/** What a body came to. */
export interface ReadBody {
  readonly isReadable: boolean
  readonly format: string | null
  readonly ledger: Ledger
  readonly errors: BodyScan['errors']
  readonly identifiable: boolean
  readonly seriesCount: number
  readonly rejects: readonly RejectedRecord[]
  readonly digest: Uint8Array | null
}
