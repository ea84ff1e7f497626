/*
 * What Statusline was measured to cost, the one place of these numbers: docs/capacity.md is written from them. `npm run bench -- --only
 * cost` measures those of events and cells, `--only ingest` the clock of the fold, `--only query` the disk.
 */

/** What one event costs, folding of its traffic included. */
export interface EventCost {
  /** CPU time of the thread that answers requests, µs; a process has one. */
  readonly mainMicros: number
  /** Of its other threads but the fold: garbage collection, decompression, µs. */
  readonly otherMicros: number
  /** CPU time of Postgres, µs. */
  readonly postgresMicros: number
  /** Time of the fold on the clock, µs: its own CPU time and its waiting for Postgres. */
  readonly foldClockMicros: number
  /** Log of Postgres, bytes. */
  readonly walBytes: number
}

/** By how many events come in a request. */
export const EVENT_COSTS: Readonly<Record<'1000' | '100' | '1', EventCost>> = {
  '1000': { mainMicros: 0, otherMicros: 0, postgresMicros: 0, foldClockMicros: 1.1, walBytes: 0 },
  '100': { mainMicros: 0, otherMicros: 0, postgresMicros: 0, foldClockMicros: 1.3, walBytes: 0 },
  '1': { mainMicros: 0, otherMicros: 0, postgresMicros: 0, foldClockMicros: 25, walBytes: 0 },
}

/** One row of a tier, written new or changed in place by one fold. */
export const ROW_COST = { foldMicros: 6.5, postgresMicros: 8.3, walBytes: 230 } as const

/** On disk with indexes, rollups and the room that is kept free. */
export const DISK_BYTES_PER_CELL = 142

/** Rows that a series holds which is active in every bucket, at default retention: 48 h, 15 days, 400 days, 5 years. */
export const CELLS_PER_SERIES = 48 * 360 + 15 * 1_440 + 400 * 24 + 5 * 365

/** An NDJSON event as the benchmarks send it, not compressed. */
export const BODY_BYTES = 236

/** Memory of a process at work, and of every series that it knows. */
export const MEMORY = { processBytes: 380e6, seriesBytes: 400 } as const

/** How full a core may be reckoned: above it queues form. */
export const FULL = 0.7
