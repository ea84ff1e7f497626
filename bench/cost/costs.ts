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
  /** CPU time of the fold, µs. */
  readonly foldMicros: number
  /** Time of the fold on the clock, µs: its own CPU time and its waiting for Postgres. */
  readonly foldClockMicros: number
  /** Log of Postgres, bytes. */
  readonly walBytes: number
}

/**
 * By how many events come in a request. The clock of the fold is from a quiet machine for 1,000; the others are as many times that as
 * they were in one run on a busy machine.
 */
export const EVENT_COSTS: Readonly<Record<'1000' | '100' | '1', EventCost>> = {
  '1000': {
    mainMicros: 1.7,
    otherMicros: 1,
    postgresMicros: 1.2,
    foldMicros: 0.94,
    foldClockMicros: 1.1,
    walBytes: 30,
  },
  '100': { mainMicros: 3.3, otherMicros: 1.9, postgresMicros: 2.9, foldMicros: 1.6, foldClockMicros: 2, walBytes: 52 },
  '1': { mainMicros: 124, otherMicros: 40, postgresMicros: 92, foldMicros: 29, foldClockMicros: 45, walBytes: 532 },
}

/** One row of a tier, written new or changed in place by one fold. */
export const ROW_COST = { foldMicros: 6, postgresMicros: 7.1, walBytes: 231 } as const

/** On disk with indexes and rollups, on average at default retention, where most is packed. */
export const DISK_BYTES_PER_CELL = 82

/** Rows that a series holds which is active in every bucket, at default retention: 48 h, 15 days, 400 days, 5 years. */
export const CELLS_PER_SERIES = 48 * 360 + 15 * 1_440 + 400 * 24 + 5 * 365

/** An NDJSON event as the benchmarks send it, not compressed. */
export const BODY_BYTES = 236

/** Memory of a process at work, and of every series that it knows. */
export const MEMORY = { processBytes: 380e6, seriesBytes: 400 } as const

/** How full a core may be reckoned: above it queues form. */
export const FULL = 0.7
