import { inactive, type Life } from './life.js'
import { type Rule, type RuleLabel, labelOf } from './rule.js'
import { type Track } from './track.js'

/** What is remembered between two evaluations of one rule for one service. It survives JSON. */
export interface Held {
  readonly rule: RuleLabel
  readonly service: string
  readonly track: Track
  /** The detector whose memory this is. */
  readonly detector: string
  readonly memory: unknown
  readonly life: Life
  /** End of the last slot that was judged, epoch milliseconds; null before the first. */
  readonly evaluatedToMs: number | null
  /** End of the last slot that held requests, epoch milliseconds. */
  readonly lastTrafficMs: number | null
  /** The present firing was announced to the channels, so its end will be, too. */
  readonly announced: boolean
}

/** What is held of a service before it was ever looked at. */
export const newHeld = (rule: Rule, service: string): Held => ({
  rule: labelOf(rule),
  service,
  track: rule.track,
  detector: '',
  memory: null,
  life: inactive,
  evaluatedToMs: null,
  lastTrafficMs: null,
  announced: false,
})

/** Names what a held state belongs to. */
export const heldKey = (ruleId: string, service: string, track: Track): string =>
  JSON.stringify([ruleId, service, track])

const SNAPSHOT_EVERY_MS = 60_000

/**
 * Whether the held state has to be written: at once when the alert moved, otherwise once a minute, because judging the
 * same slots again from an older state gives the same result.
 */
export function isWorthSaving(stored: Held | undefined, next: Held): boolean {
  if (stored === undefined || stored.detector !== next.detector || stored.rule.version !== next.rule.version)
    return true
  if (stored.life.state !== next.life.state || stored.announced !== next.announced) return true
  return (next.evaluatedToMs ?? 0) - (stored.evaluatedToMs ?? 0) >= SNAPSHOT_EVERY_MS
}
