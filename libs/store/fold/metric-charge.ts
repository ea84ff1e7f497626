import { EXPORTED_LE_MS } from '#delta'

/** What one source, gateway and service have in the totals. */
export interface MetricPlace {
  /** Codes by outcome (and route) besides the codes that are shown at 0 anyway, and those of them with backfilled requests once more. */
  readonly rows: number
  /** Classes with measured durations. */
  readonly classes: number
}

/** A histogram shows its buckets, the one that holds all, its sum and its count. */
export const HISTOGRAM_SERIES = EXPORTED_LE_MS.length + 3

/** Bytes and retries. */
const SUMS = 2
/** What nearly every service has sooner or later: four more codes, and durations of success, client and server errors. */
const USUAL_ROWS = 4
const USUAL_CLASSES = 3

/**
 * Series that a place takes of the budget: those it shows, and room for what it will usually have, so that a service that is
 * known shows its first errors under its own name.
 */
export function chargeOf({ rows, classes }: MetricPlace, zeroCodes: number): number {
  const histograms = classes === 0 ? 0 : Math.max(classes, USUAL_CLASSES)
  return SUMS + zeroCodes + Math.max(rows, USUAL_ROWS) + HISTOGRAM_SERIES * histograms
}
