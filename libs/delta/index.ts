export {
  DELIVERIES,
  type CellColumns,
  type ConsumerCount,
  type Delivery,
  type Delta,
  type LatencyCell,
  type Ledger,
  type SampleEvent,
  type Segment,
  type SeriesColumns,
} from './delta.js'
export type { BatchKey, FileSpan, RejectedRecord, SealedBatch } from './sealed-batch.js'
