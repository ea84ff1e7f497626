import { holds, type Coverage } from './coverage.js'
import type { QueryLimits } from './limits.js'
import { BUCKET_MS, TIERS, bucketAtOrAfter, bucketAtOrBefore, type Tier, type TierName } from './tier.js'

/** What was really read, epoch milliseconds: never narrower than what was asked for. */
export interface Span {
  readonly fromMs: number
  readonly toMs: number
  /** Null where the answer is one sum. */
  readonly stepMs: number | null
  /** The finest tier that was read. */
  readonly tier: TierName
  /** When the answer was read. */
  readonly asOfMs: number
  /** False while more may arrive in the range, and where its beginning is no longer held. */
  readonly complete: boolean
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** The finest tier worth reading for a range of this length, so that the ends are off by no more than about 2 %. */
export function tierForLength(lengthMs: number): Tier {
  const [seconds, minutes, hours, days] = TIERS
  if (lengthMs <= 2 * HOUR_MS) return seconds
  if (lengthMs <= 2 * DAY_MS) return minutes
  if (lengthMs <= 60 * DAY_MS) return hours
  return days
}

/** Snaps a range outward to the finest tier that suits its length and is still held at its beginning. */
export function snappedSpan(
  { fromMs, toMs }: { fromMs: number; toMs: number },
  coverage: Coverage,
  { heldMs }: QueryLimits,
): Span {
  const first = TIERS.indexOf(tierForLength(toMs - fromMs))
  const held = TIERS.slice(first).find(({ name }) => holds(name, fromMs, coverage, heldMs))
  const tier = held ?? TIERS[TIERS.length - 1] ?? TIERS[0]
  const snapped = {
    fromMs: bucketAtOrBefore(fromMs, tier.width) * BUCKET_MS,
    toMs: bucketAtOrAfter(toMs, tier.width) * BUCKET_MS,
  }
  return {
    ...snapped,
    stepMs: null,
    tier: tier.name,
    asOfMs: coverage.nowMs,
    complete: held !== undefined && isPast(snapped.toMs, coverage),
  }
}

/** Has every source that is heard of passed this time? */
export function isPast(toMs: number, { nowMs, watermarkMs }: Coverage): boolean {
  return toMs <= nowMs && (watermarkMs === null || watermarkMs >= toMs)
}
