import { type Verdict } from './detector.js'
import { type Rule } from './rule.js'
import { type Counts, type Slot, slotStart } from './slot.js'
import { type Track } from './track.js'

const MINUTE_MS = 60_000

/** Where the bad responses came from: one gateway, route and code. `total` is what that gateway and route served. */
export interface TopRow extends Counts {
  readonly gateway: string
  readonly route: string
  /** The status code; null where no response was sent. */
  readonly code: number | null
}

/** One of the bad responses, with the ids that find it in other systems. */
export interface AlertSample {
  readonly atMs: number
  readonly source: string
  readonly gateway: string
  readonly route: string
  readonly method: string
  readonly code: number | null
  readonly durationMs: number | null
  readonly requestId: string | null
  readonly traceId: string | null
  /** Why, in a few words of the gateway; absent in evidence of old. */
  readonly detail?: string | null
}

/** What is read from the store to explain an alert: slots of the hour, the worst rows, a few samples. */
export interface EvidenceParts {
  readonly slots: readonly Slot[]
  readonly top: readonly TopRow[]
  readonly samples: readonly AlertSample[]
}

/** One minute of the curve. */
export interface CurvePoint extends Counts {
  readonly atMs: number
}

/** The numbers that made a rule fire, kept with the alert; `rate` and `normalUpTo` are shares of 1. */
export interface Evidence extends Counts {
  readonly rate: number
  readonly normalUpTo: number
  readonly windowSeconds: number
  /** End of the window, epoch milliseconds of event time. */
  readonly atMs: number
  /** The last hour, per minute. */
  readonly curve: readonly CurvePoint[]
  readonly top: readonly TopRow[]
  readonly samples: readonly AlertSample[]
  readonly ruleVersion: number
}

/** How far back the curve of the evidence reaches, in milliseconds. */
export const CURVE_MS = 60 * MINUTE_MS

/** Nothing could be read; the alert stands on its numbers. */
export const noParts: EvidenceParts = { slots: [], top: [], samples: [] }

/**
 * Reads what explains an alert. The worst rows and the samples are of the half-open range of event time (epoch ms), which is
 * the rule's window; the slots are those of the `CURVE_MS` before its end.
 */
export abstract class EvidenceReader {
  abstract read(service: string, track: Track, fromMs: number, toMs: number): Promise<EvidenceParts>
}

/** The sums of each minute that has a slot, oldest first. */
export function curveOf(slots: readonly Slot[]): CurvePoint[] {
  const points = new Map<number, { bad: number; total: number }>()
  for (const slot of slots) {
    const atMs = Math.floor(slotStart(slot.startMs) / MINUTE_MS) * MINUTE_MS
    const point = points.get(atMs) ?? { bad: 0, total: 0 }
    points.set(atMs, { bad: point.bad + slot.bad, total: point.total + slot.total })
  }
  return [...points].map(([atMs, counts]) => ({ atMs, ...counts })).sort((a, b) => a.atMs - b.atMs)
}

/** The evidence of one verdict. */
export function evidenceOf(rule: Rule, verdict: Verdict, atMs: number, parts: EvidenceParts): Evidence {
  const { bad, total, rate, normalUpTo, windowSeconds } = verdict
  const { top, samples } = parts
  return {
    bad,
    total,
    rate,
    normalUpTo,
    windowSeconds,
    atMs,
    curve: curveOf(parts.slots),
    top,
    samples,
    ruleVersion: rule.version,
  }
}
