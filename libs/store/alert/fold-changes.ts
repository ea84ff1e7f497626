import type { AlertChange } from '#alert'

/** A row of `alert` after some changes. Evidence and its sentence are null where the stored ones stay. */
export interface AlertUpsert {
  readonly id: string
  readonly rule_id: string
  readonly rule_name: string
  readonly rule_version: number
  readonly severity: string
  readonly track: string
  readonly service: string
  readonly state: string
  readonly reason: string
  readonly summary: string
  readonly evidence: unknown
  readonly episode: number
  readonly started_ms: number
  readonly fired_ms: number | null
  readonly resolved_ms: number | null
  readonly archived_ms: number | null
  readonly updated_ms: number
}

/** The last state of each alert that changed, one row per alert, in the order of their first change. */
export function foldChanges(changes: readonly AlertChange[]): AlertUpsert[] {
  const rows = new Map<string, AlertUpsert>()
  for (const change of changes) {
    const { alertId } = change.transition
    rows.set(alertId, next(rows.get(alertId), change))
  }
  return [...rows.values()]
}

function next(
  row: AlertUpsert | undefined,
  { rule, service, track, transition, summary, evidence }: AlertChange,
): AlertUpsert {
  const { to, reason, atMs } = transition
  return {
    id: transition.alertId,
    rule_id: rule.id,
    rule_name: rule.name,
    rule_version: rule.version,
    severity: rule.severity,
    track,
    service,
    state: to,
    reason,
    // What made it fire stays on the alert; how it ended is told by its transitions.
    summary: evidence === null && row?.evidence ? row.summary : summary,
    evidence: evidence ?? row?.evidence ?? null,
    episode: transition.episode,
    started_ms: transition.startedAtMs,
    fired_ms: transition.firedAtMs,
    resolved_ms: to === 'resolved' ? atMs : null,
    archived_ms: reason === 'expired_without_data' ? atMs : null,
    updated_ms: atMs,
  }
}
