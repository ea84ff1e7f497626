import type { Snapshot } from './snapshot.js'
import { COVERAGE_SQL } from './statements/coverage-sql.js'
import { BUCKET_MS, type TierName } from './tier.js'

/** How far the stored data reaches, as of one snapshot. */
export interface Coverage {
  readonly nowMs: number
  /** Start of the first day with data; null: there is no data. */
  readonly firstDataMs: number | null
  /** Before this the ten-second tier may be gone; null: it has no partition. */
  readonly oldestTenSecondsMs: number | null
  /** How far the slowest of the sources that were heard of lately has come; null: all are idle. */
  readonly watermarkMs: number | null
  /** A guess of the number of series and of rollups, for the cost of a question. */
  readonly series: number
  readonly rollup: number
}

interface CoverageRow {
  readonly oldest_10s: number | null
  readonly first_day: number | null
  readonly series: number | null
  readonly rollup: number | null
  readonly watermark_ms: number | null
}

/** Reads the coverage for some sources (null: all). */
export async function readCoverage(
  snapshot: Snapshot,
  nowMs: number,
  sources: readonly string[] | null,
): Promise<Coverage> {
  const [row] = await snapshot.rows<CoverageRow>({ text: COVERAGE_SQL, values: [Math.floor(nowMs), sources] })
  return {
    nowMs,
    firstDataMs: timeOf(row?.first_day ?? null),
    oldestTenSecondsMs: timeOf(row?.oldest_10s ?? null),
    watermarkMs: row?.watermark_ms ?? null,
    series: row?.series ?? 0,
    rollup: row?.rollup ?? 0,
  }
}

function timeOf(bucket: number | null): number | null {
  return bucket === null ? null : bucket * BUCKET_MS
}

/**
 * Does a tier still hold everything from `fromMs` on? Partitions are dropped by age, and those of the ten-second tier earlier when
 * the disk is full. Where no data is older than what the tier holds, nothing is missing.
 */
export function holds(tier: TierName, fromMs: number, coverage: Coverage, heldMs: Readonly<Record<TierName, number>>) {
  if (coverage.firstDataMs === null) return true
  const byAgeMs = coverage.nowMs - heldMs[tier]
  const floorMs = tier === '10s' ? Math.max(byAgeMs, coverage.oldestTenSecondsMs ?? 0) : byAgeMs
  return Math.max(fromMs, coverage.firstDataMs) >= floorMs
}
