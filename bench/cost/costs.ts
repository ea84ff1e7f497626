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

/** By how many events come in a request. */
export const EVENT_COSTS: Readonly<Record<'1000' | '100' | '1', EventCost>> = {
  '1000': {
    mainMicros: 1.04,
    otherMicros: 0.27,
    postgresMicros: 0.3,
    foldMicros: 0.18,
    foldClockMicros: 0.54,
    walBytes: 7.9,
  },
  '100': {
    mainMicros: 2,
    otherMicros: 1.3,
    postgresMicros: 0.68,
    foldMicros: 0.36,
    foldClockMicros: 1.1,
    walBytes: 15,
  },
  '1': { mainMicros: 42, otherMicros: 5.4, postgresMicros: 24, foldMicros: 2.1, foldClockMicros: 5.6, walBytes: 244 },
}

/** One row of a tier, written new or changed in place by one fold. */
export const ROW_COST = { foldMicros: 5.6, postgresMicros: 6.5, walBytes: 231 } as const

/** On disk with indexes and rollups, on average at default retention, where most is packed. */
export const DISK_BYTES_PER_CELL = 82

/** Rows that a series holds which is active in every bucket, at default retention: 48 h, 15 days, 400 days, 5 years. */
export const CELLS_PER_SERIES = 48 * 360 + 15 * 1_440 + 400 * 24 + 5 * 365

/** An NDJSON event as the benchmarks send it, not compressed. */
export const BODY_BYTES = 236

/** Memory of a process at work, and of every series that it knows: `test/faults/cardinality.spec.ts` grew by 170 MB with 191,000. */
export const MEMORY = { processBytes: 340e6, seriesBytes: 900 } as const

/** How full a core may be reckoned: above it queues form. */
export const FULL = 0.7
