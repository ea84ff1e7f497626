import type { ConsumerCount, Delivery, Ledger, SampleEvent } from './delta.js'

/** Everything that a fold writes, in plain rows. Series and groups are ordered by digest, so that two folds lock alike. */
export interface FoldRows {
  readonly sources: readonly SourceRow[]
  readonly series: readonly SeriesRow[]
  readonly cells: CellRows
  readonly groups: readonly LatencyGroupRow[]
  /** Ordered by (group, bucket), each pair once. */
  readonly latencies: readonly LatencyRow[]
  readonly samples: readonly SampleEvent[]
  readonly consumers: readonly ConsumerRow[]
}

/** One distinct series. `method` … `owner` are indexes into their tuples; a code of 0 is none. */
export interface SeriesRow {
  readonly digest: Uint8Array
  readonly source: string
  readonly gateway: string
  readonly service: string
  readonly route: string
  readonly method: number
  readonly protocol: number
  readonly code: number
  readonly class: number
  readonly outcome: number
  readonly owner: number
}

/** Cells in columns, ordered by (series, bucket), each pair once. */
export interface CellRows {
  readonly length: number
  /** Position in `series`. */
  readonly series: Int32Array
  /** Ten-second bucket of the cell's start, in every tier. */
  readonly bucket: Int32Array
  readonly count: Float64Array
  /** Of `count`: events that `statusline replay` sent. */
  readonly replayed: Float64Array
  readonly retries: Float64Array
  readonly bytes: Float64Array
  readonly durationMs: Float64Array
  readonly estimated: Uint8Array
}

/** One distinct (source, gateway, service, route, class). */
export interface LatencyGroupRow {
  readonly digest: Uint8Array
  readonly source: string
  readonly gateway: string
  readonly service: string
  readonly route: string
  readonly class: number
}

/** Latency of one group in one minute (or hour, or day). */
export interface LatencyRow {
  /** Position in `groups`. */
  readonly group: number
  /** Ten-second bucket of the row's start. */
  readonly bucket: number
  readonly count: number
  readonly sumMs: number
  /** Sparse histogram, indexes ascending. */
  readonly indexes: Uint16Array
  readonly counts: Float64Array
}

/** What the fold learns about a source. */
export interface SourceRow {
  readonly source: string
  readonly delivery: Delivery
  /** Newest arrival, epoch ms. */
  readonly arrivedAtMs: number
  /** Newest and oldest event that was not replayed, epoch ms; 0: none. */
  readonly newestEventMs: number
  readonly oldestEventMs: number
  readonly ledger: Ledger
  readonly overflowed: number
}

/** Throttled events of one consumer of one service in one minute. */
export interface ConsumerRow extends Omit<ConsumerCount, 'service'> {
  readonly source: string
  readonly service: string
}
