import type { RejectReason } from '#event'

/**
 * The sum of one or more batches of one source: what the journal holds and the fold adds to the cells. It carries labels,
 * not ids, so that it means the same to every replica and release.
 */
export interface Segment {
  readonly source: string
  /** Arrival of the newest batch, epoch ms. */
  readonly arrivedAtMs: number
  /** Newest and oldest event time of accepted events, epoch ms; 0 where there is none. */
  readonly newestEventMs: number
  readonly oldestEventMs: number
  /** True for `statusline replay`: counted, never alerted, exported as backfilled. */
  readonly replayed: boolean
  readonly delivery: Delivery
  readonly ledger: Ledger
  /** Of accepted: events whose route, service or gateway a budget made `{other}` before the journal. */
  readonly overflowed: number
  /** Distinct strings; labels below are positions in it. */
  readonly words: readonly string[]
  readonly series: SeriesColumns
  readonly cells: CellColumns
  readonly latencies: LatencyColumns
  readonly samples: readonly SampleEvent[]
  /** Throttled events by consumer. */
  readonly consumers: readonly ConsumerCount[]
}

/** The unit of the journal. */
export interface Delta {
  readonly segments: readonly Segment[]
}

export const DELIVERIES = ['exactly_once', 'at_least_once', 'best_effort'] as const
export type Delivery = (typeof DELIVERIES)[number]

/** `received = accepted + duplicate + rejected + shed`, in events. */
export interface Ledger {
  received: number
  accepted: number
  duplicate: number
  rejected: number
  shed: number
  /** Of accepted: events that came back from quarantine. */
  replayed: number
  rejectedBy: Partial<Record<RejectReason, number>>
}

/**
 * Series of a segment, one column per label; column values are positions in `words` or in the named tuples. Columns may be
 * longer than `length`, here and below: what lies beyond has no meaning.
 */
export interface SeriesColumns {
  readonly length: number
  readonly gateway: Int32Array
  readonly service: Int32Array
  readonly route: Int32Array
  /** Index into METHODS. */
  readonly method: Uint8Array
  /** Index into PROTOCOLS. */
  readonly protocol: Uint8Array
  /** 0: none. */
  readonly code: Uint16Array
  /** Index into OUTCOMES. */
  readonly outcome: Uint8Array
  /** Index into OWNERS. */
  readonly owner: Uint8Array
}

/** Ten-second cells of a segment, one column per number. */
export interface CellColumns {
  readonly length: number
  /** Position in `series`. */
  readonly series: Int32Array
  /** Ten-second bucket: floor(epoch seconds / 10). */
  readonly bucket: Int32Array
  readonly count: Float64Array
  readonly retries: Float64Array
  readonly bytes: Float64Array
  /** Sum over the events that tell their duration, whole microseconds: exact whatever the order of adding. */
  readonly durationUs: Float64Array
  /** 1 where a sampling factor multiplied the counts. */
  readonly estimated: Uint8Array
}

/** Durations by (gateway, service, route, class) and minute, each cell with a sparse log-scale histogram. */
export interface LatencyColumns {
  readonly length: number
  readonly gateway: Int32Array
  readonly service: Int32Array
  readonly route: Int32Array
  /** Index into STATUS_CLASSES. */
  readonly class: Uint8Array
  /** Ten-second bucket of the minute's start (a multiple of 6). */
  readonly bucket: Int32Array
  readonly count: Float64Array
  /** Whole microseconds. */
  readonly sumUs: Float64Array
  /** End of each cell's part of `indexes` and `counts`; it begins where the one before ends. */
  readonly ends: Int32Array
  /** Histogram bucket indexes, ascending within a cell. */
  readonly indexes: Uint16Array
  readonly counts: Float64Array
}

/** An example of a failing request: template and ids, never the raw path. */
export interface SampleEvent {
  readonly atMs: number
  readonly series: number
  readonly durationMs: number | null
  readonly requestId: string | null
  readonly traceId: string | null
  /** Why, in a few words of the gateway. */
  readonly detail: string | null
}

/** Throttled events of one consumer of one service in one minute. */
export interface ConsumerCount {
  readonly service: number
  readonly consumer: string
  readonly bucket: number
  readonly count: number
}
