import type { EventView } from './event-view.js'
import type { RejectReason } from './reject.js'

/** Where a body scanner puts what it reads; the batch tally is one. Calls come in the order of the records. */
export interface EventSink {
  /** Takes one event. The view is reused: read it before returning. */
  event(view: EventView): void
  /** Takes one record that could not be read: bytes `from..to` of `record` (cut at the line limit), at `index` in the batch. */
  reject(reason: RejectReason, record: Uint8Array, from: number, to: number, index: number): void
}
