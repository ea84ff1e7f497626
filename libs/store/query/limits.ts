import type { TierName } from './tier.js'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** What one question may cost, and how long each tier is held. */
export interface QueryLimits {
  /** Rows of one page of a breakdown. */
  readonly maxRows: number
  /** Rows that cursors lead through, all pages together; a cursor carries 8 bytes for each. */
  readonly maxPagedRows: number
  readonly maxSeries: number
  readonly maxSamples: number
  /** Points of one series. */
  readonly maxPoints: number
  /** Points of all series of one answer. */
  readonly maxAnswerPoints: number
  /** Series × buckets that the questions of one request may read. */
  readonly maxCells: number
  /** Histograms that one answer may merge; past it durations are null with the reason. */
  readonly maxHistograms: number
  /** Groups that are sorted by P99, which only the histograms know. */
  readonly maxSortedGroups: number
  readonly maxFilterValues: number
  readonly maxRangeMs: number
  readonly statementTimeoutMs: number
  /** Questions that use a connection at the same time; the others wait up to the statement timeout. */
  readonly concurrent: number
  readonly cursorLifeMs: number
  /** How long each tier is held; older partitions may be gone. */
  readonly heldMs: Readonly<Record<TierName, number>>
  /** Series that one source may have (shown with the source). */
  readonly seriesBudget: number
}

/** The limits of design §5 and docs/http-api.md. */
export const DEFAULT_QUERY_LIMITS: QueryLimits = {
  maxRows: 500,
  maxPagedRows: 1_000,
  maxSeries: 100,
  maxSamples: 100,
  maxPoints: 5_000,
  maxAnswerPoints: 50_000,
  maxCells: 100_000_000,
  maxHistograms: 200_000,
  maxSortedGroups: 5_000,
  maxFilterValues: 100,
  maxRangeMs: 5 * 366 * DAY_MS,
  statementTimeoutMs: 5_000,
  concurrent: 4,
  cursorLifeMs: 5 * 60_000,
  heldMs: { '10s': 48 * HOUR_MS, '1m': 15 * DAY_MS, '1h': 400 * DAY_MS, '1d': 5 * 366 * DAY_MS },
  seriesBudget: 10_000,
}
