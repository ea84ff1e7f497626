import { OUTCOME_INDEX } from '#catalog'
import type { Slot, Track } from '#alert'

/** What rates are shares of: every response that reached the caller as an answer. */
export const DENOMINATOR = (['success', 'redirect', 'client_error', 'throttled', 'server_error'] as const).map(
  (outcome) => OUTCOME_INDEX[outcome],
)

/** The outcome, as stored, that is bad for a track. */
export const badOutcome = (track: Track): number => OUTCOME_INDEX[track]

/** Sums of one service in one bucket (ten seconds). */
export interface BucketCounts {
  readonly bucket: number
  readonly failed: number
  readonly throttled: number
  readonly denominator: number
}

/** The same counts as a track sees them: throttled calls are no chance to fail, so a flood of them hides no failure. */
export function slotOf(track: Track, { bucket, failed, throttled, denominator }: BucketCounts): Slot {
  const startMs = bucket * 10_000
  if (track === 'throttled') return { startMs, bad: throttled, total: denominator }
  return { startMs, bad: failed, total: denominator - throttled }
}

/** Several rows of one bucket (its sources) become one, oldest bucket first. */
export function sumBuckets(rows: readonly BucketCounts[]): BucketCounts[] {
  const sums = new Map<number, BucketCounts>()
  for (const row of rows) {
    const sum = sums.get(row.bucket)
    sums.set(row.bucket, {
      bucket: row.bucket,
      failed: row.failed + (sum?.failed ?? 0),
      throttled: row.throttled + (sum?.throttled ?? 0),
      denominator: row.denominator + (sum?.denominator ?? 0),
    })
  }
  return [...sums.values()].sort((a, b) => a.bucket - b.bucket)
}
