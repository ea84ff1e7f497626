export { encodeSummed, type AwayTally, type SummedBatch, type TallyPlace } from './away-tally.js'
export { BatchTally } from './batch-tally.js'
export { rollUp } from './cell-rows.js'
export { decodeDelta, type Decoded } from './decode-delta.js'
export {
  DELIVERIES,
  type CellColumns,
  type ConsumerCount,
  type Delivery,
  type Delta,
  type LatencyColumns,
  type Ledger,
  type SampleEvent,
  type Segment,
  type SeriesColumns,
} from './delta.js'
export { DeltaSum } from './delta-sum.js'
export { compareDigests, digestOf } from './digest.js'
export { batchSegments, encodeBatches } from './encode-batches.js'
export { DELTA_VERSION, encodeSegments, joinSegments, type SegmentBytes } from './encode-delta.js'
export type { CellRows, ConsumerRow, FoldRows, LatencyGroupRow, LatencyRow, SeriesRow, SourceRow } from './fold-rows.js'
export {
  cumulativeAt,
  decodeHistogram,
  EMPTY_HISTOGRAM,
  encodeHistogram,
  histogramCount,
  mergeHistograms,
  quantile,
  RELATIVE_ERROR,
  type Histogram,
} from './histogram.js'
export { LABEL_LIMITS, labelLimitsFor, LabelTable, type LabelLimits } from './label-table.js'
export { bucketIndex, bucketUpperMs, EXPORTED_LE_MS, LATENCY_BUCKETS } from './latency-buckets.js'
export { addLedger, emptyLedger } from './ledger.js'
export { RejectRoom } from './reject-room.js'
export { rollUpLatencies } from './roll-up-latencies.js'
export { seal, SHORT_LIVED_BELOW, type SealOptions } from './seal.js'
export type { BatchKey, EventKeys, FileSpan, RejectedRecord, SealedBatch } from './sealed-batch.js'
export { DEFAULT_TALLY_LIMITS, type TallyLimits, type TallyOptions, type WriteRoute } from './tally-options.js'
