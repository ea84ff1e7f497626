import type { Pool } from 'pg'
import type { AlertState, Evidence, RuleLabel, Track, TransitionReason } from '#alert'

/** An alert as it is stored; instants in epoch milliseconds. */
export interface StoredAlert {
  readonly id: string
  readonly rule: RuleLabel
  readonly track: Track
  readonly service: string
  readonly state: AlertState
  readonly reason: TransitionReason
  readonly summary: string
  readonly evidence: Evidence | null
  readonly episode: number
  readonly startedAtMs: number
  readonly firedAtMs: number | null
  readonly resolvedAtMs: number | null
  /** When it was put away without data; it is stale for ever. */
  readonly archivedAtMs: number | null
}

/** One stored change of an alert. */
export interface StoredTransition {
  readonly atMs: number
  readonly from: AlertState
  readonly to: AlertState
  readonly reason: TransitionReason
  readonly decision: string
  readonly episode: number
  readonly summary: string
}

/** The place of an alert in the list. It never moves: start and id of an alert do not change. */
export interface AlertCursor {
  readonly startedAtMs: number
  readonly id: string
}

/** How many attempts of a channel ended with this result. */
export interface NoticeTotal {
  readonly channel: string
  readonly result: 'delivered' | 'retry' | 'dead'
  readonly count: number
}

/** Which alerts: in these states (empty: all), active at some time in the half-open range, after this place. */
export interface AlertQuery {
  readonly states: readonly AlertState[]
  readonly range: { readonly fromMs: number; readonly toMs: number } | null
  readonly first: number
  readonly after: AlertCursor | null
}

/** A page of alerts, the latest start first. */
export interface AlertPage {
  readonly alerts: readonly StoredAlert[]
  readonly hasNextPage: boolean
}

const ALERT = `
SELECT id, json_build_object('id', rule_id, 'name', rule_name, 'version', rule_version, 'severity', severity) AS rule,
  track, service, state, reason, summary, evidence, episode,
  (extract(epoch FROM started_at) * 1000)::float8 AS "startedAtMs",
  (extract(epoch FROM fired_at) * 1000)::float8 AS "firedAtMs",
  (extract(epoch FROM resolved_at) * 1000)::float8 AS "resolvedAtMs",
  (extract(epoch FROM archived_at) * 1000)::float8 AS "archivedAtMs"
FROM alert`

/** $1 states or null, $2 from, $3 to (epoch s or null), $4 start of the cursor (epoch s or null), $5 id of the cursor, $6 limit. */
const LIST = `${ALERT}
WHERE state <> 'inactive' AND ($1::text[] IS NULL OR state = ANY ($1::text[]))
  AND ($2::float8 IS NULL OR coalesce(resolved_at, archived_at, 'infinity') >= to_timestamp($2::float8))
  AND ($3::float8 IS NULL OR started_at < to_timestamp($3::float8))
  AND ($4::float8 IS NULL OR (started_at, id) < (to_timestamp($4::float8), $5::text))
ORDER BY started_at DESC, id DESC LIMIT $6`

const TRANSITIONS = `
SELECT (extract(epoch FROM at) * 1000)::float8 AS "atMs", from_state AS "from", to_state AS "to", reason, decision, episode, summary
FROM alert_transition WHERE alert_id = $1 ORDER BY id DESC LIMIT 1000`

const NOTICE_TOTALS = `
SELECT channel, result, count::float8 AS count FROM notice_total ORDER BY channel, result`

/** Open alerts by state; an alert that was put away is not open. */
const OPEN = `
SELECT state, count(*)::int AS count FROM alert
WHERE state IN ('pending', 'firing', 'stale') AND archived_at IS NULL GROUP BY state`

/** Reads alerts for the question side; rejects when the database fails. */
export class AlertReader {
  constructor(private readonly pool: Pool) {}

  async list({ states, range, first, after }: AlertQuery): Promise<AlertPage> {
    const { rows } = await this.pool.query<StoredAlert>(LIST, [
      states.length > 0 ? states : null,
      range === null ? null : range.fromMs / 1000,
      range === null ? null : range.toMs / 1000,
      after === null ? null : after.startedAtMs / 1000,
      after?.id ?? null,
      first + 1,
    ])
    return { alerts: rows.slice(0, first), hasNextPage: rows.length > first }
  }

  /** The alert with this id, or null. */
  async get(id: string): Promise<StoredAlert | null> {
    const { rows } = await this.pool.query<StoredAlert>(`${ALERT} WHERE id = $1 AND state <> 'inactive'`, [id])
    return rows[0] ?? null
  }

  /** The last 1,000 changes of an alert, oldest first. */
  async transitions(id: string): Promise<StoredTransition[]> {
    const { rows } = await this.pool.query<StoredTransition>(TRANSITIONS, [id])
    return rows.toReversed()
  }

  /** Attempts to send a notice since the first, by channel and result. */
  async noticeTotals(): Promise<NoticeTotal[]> {
    const { rows } = await this.pool.query<NoticeTotal>(NOTICE_TOTALS)
    return rows
  }

  /** How many alerts are pending, firing and stale now. */
  async openByState(): Promise<Record<'pending' | 'firing' | 'stale', number>> {
    const { rows } = await this.pool.query<{ state: 'pending' | 'firing' | 'stale'; count: number }>(OPEN)
    return { pending: 0, firing: 0, stale: 0, ...Object.fromEntries(rows.map(({ state, count }) => [state, count])) }
  }
}
