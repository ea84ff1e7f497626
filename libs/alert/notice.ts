import { type Decision, type NoticeKind } from './decide.js'
import { type Evidence } from './evidence.js'
import { type Transition } from './life.js'
import { type RuleLabel } from './rule.js'
import { type Track } from './track.js'

/** The body that receivers get; `docs/alerting.md` describes it. Instants are ISO 8601 in UTC. */
export interface NoticeBody {
  readonly version: 1
  readonly kind: NoticeKind
  readonly reason: string
  readonly delivery: string
  readonly at: string
  readonly summary: string
  readonly alert: {
    readonly id: string
    readonly episode: number
    readonly rule: { readonly id: string; readonly name: string; readonly version: number }
    readonly severity: string
    readonly track: Track
    readonly service: string
    readonly startedAt: string
    readonly firedAt: string | null
    readonly resolvedAt: string | null
    readonly evidence: Evidence | null
  }
}

/** Something to tell one channel. The dedup key stays the same however often it is sent. */
export interface Notice {
  readonly channel: string
  readonly dedupKey: string
  readonly alertId: string
  readonly kind: NoticeKind
  readonly atMs: number
  readonly body: NoticeBody
}

/** One change of an alert as it is stored and told. Evidence is null where the stored one stays valid. */
export interface AlertChange {
  readonly rule: RuleLabel
  readonly service: string
  readonly track: Track
  readonly transition: Transition
  readonly decision: Decision
  readonly summary: string
  readonly evidence: Evidence | null
}

/** Same alert, same firing, same kind: same key, on every replica and after every crash. */
export const dedupKey = (transition: Transition, kind: NoticeKind): string =>
  `${transition.alertId}.${transition.episode}.${kind}`

/** The notices of a change, one for each channel; none when it was decided to be quiet. */
export function noticesOf(change: AlertChange, channels: readonly string[]): Notice[] {
  const { kind } = change.decision
  if (kind === null) return []
  const { transition } = change
  const body = bodyOf(change, kind)
  const { alertId, atMs } = transition
  return channels.map((channel) => ({ channel, dedupKey: body.delivery, alertId, kind, atMs, body }))
}

function bodyOf(change: AlertChange, kind: NoticeKind): NoticeBody {
  const { rule, service, track, transition, summary, evidence } = change
  return {
    version: 1,
    kind,
    reason: change.decision.reason,
    delivery: dedupKey(transition, kind),
    at: iso(transition.atMs),
    summary,
    alert: {
      id: transition.alertId,
      episode: transition.episode,
      rule: { id: rule.id, name: rule.name, version: rule.version },
      severity: rule.severity,
      track,
      service,
      startedAt: iso(transition.startedAtMs),
      firedAt: transition.firedAtMs === null ? null : iso(transition.firedAtMs),
      resolvedAt: kind === 'resolved' ? iso(transition.atMs) : null,
      evidence,
    },
  }
}

const iso = (ms: number): string => new Date(ms).toISOString()
