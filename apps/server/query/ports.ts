import type { AlertState, Evidence, Rule, RuleLabel, Track } from '#alert'

/** An alert as the store gives it; times in epoch milliseconds. */
export interface ReadAlert {
  readonly id: string
  readonly rule: RuleLabel
  readonly track: Track
  readonly service: string
  readonly state: AlertState
  readonly reason: string
  readonly summary: string
  readonly evidence: Evidence | null
  readonly startedAtMs: number
  readonly firedAtMs: number | null
  readonly resolvedAtMs: number | null
}

/** Which alerts: in these states (empty: all), active at some time in the half-open range, after this place. */
export interface AlertListQuestion {
  readonly states: readonly AlertState[]
  readonly range: { readonly fromMs: number; readonly toMs: number } | null
  readonly first: number
  readonly after: { readonly startedAtMs: number; readonly id: string } | null
}

/** Reads alerts, the latest start first; the alert store does it. */
export abstract class AlertQueries {
  abstract list(question: AlertListQuestion): Promise<{ alerts: readonly ReadAlert[]; hasNextPage: boolean }>
  /** The alert with this id, or null. */
  abstract get(id: string): Promise<ReadAlert | null>
  /** The rules in force. */
  abstract rules(): readonly Rule[]
}

/** A quarantined record, already masked. */
export interface ReadReject {
  readonly id: string
  readonly atMs: number
  readonly source: string
  readonly reason: string
  readonly format: string | null
  readonly record: string
  readonly whole: boolean
  readonly replayedAtMs: number | null
}

/** Reads quarantine, the newest first. */
export abstract class RejectQueries {
  /** Records after the one named by `after`; `first` is at most 500. */
  abstract list(question: {
    readonly source: string | null
    readonly reason: string | null
    readonly first: number
    readonly after: string | null
  }): Promise<{ rejects: readonly ReadReject[]; hasNextPage: boolean }>
}
