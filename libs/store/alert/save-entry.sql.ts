/** $1 rows of `AlertUpsert` as JSON. A change without evidence leaves evidence and sentence as they are. */
export const UPSERT_ALERTS = `
INSERT INTO alert AS stored (id, rule_id, rule_name, rule_version, severity, track, service, state, reason, summary, evidence,
  episode, started_at, fired_at, resolved_at, archived_at, updated_at)
SELECT id, rule_id, rule_name, rule_version, severity, track, service, state, reason, summary, evidence, episode,
  to_timestamp(started_ms / 1000), to_timestamp(fired_ms / 1000), to_timestamp(resolved_ms / 1000),
  to_timestamp(archived_ms / 1000), to_timestamp(updated_ms / 1000)
FROM jsonb_to_recordset($1::jsonb) AS fresh (id text, rule_id text, rule_name text, rule_version int, severity text, track text,
  service text, state text, reason text, summary text, evidence jsonb, episode int, started_ms double precision,
  fired_ms double precision, resolved_ms double precision, archived_ms double precision, updated_ms double precision)
ON CONFLICT (id) DO UPDATE SET
  rule_name = excluded.rule_name, rule_version = excluded.rule_version, severity = excluded.severity,
  state = excluded.state, reason = excluded.reason, episode = excluded.episode,
  summary = CASE WHEN excluded.evidence IS NULL AND stored.evidence IS NOT NULL THEN stored.summary ELSE excluded.summary END,
  evidence = coalesce(excluded.evidence, stored.evidence),
  fired_at = excluded.fired_at, resolved_at = excluded.resolved_at, archived_at = excluded.archived_at,
  updated_at = excluded.updated_at`

/** $1 transitions as JSON, in order. */
export const INSERT_TRANSITIONS = `
INSERT INTO alert_transition (alert_id, at, from_state, to_state, reason, decision, episode, summary)
SELECT alert_id, to_timestamp(at_ms / 1000), from_state, to_state, reason, decision, episode, summary
FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (alert_id text, at_ms double precision, from_state text, to_state text,
  reason text, decision text, episode int, summary text)) WITH ORDINALITY
  AS fresh (alert_id, at_ms, from_state, to_state, reason, decision, episode, summary, place)
ORDER BY place`

/** $1 digests, $2 held states as JSON texts of the same length. */
export const UPSERT_HELD = `
INSERT INTO alert_state (digest, held, updated_at)
SELECT digest, held::jsonb, clock_timestamp() FROM unnest($1::bytea[], $2::text[]) AS fresh (digest, held)
ON CONFLICT (digest) DO UPDATE SET held = excluded.held, updated_at = excluded.updated_at`

/** $1 digests. */
export const DELETE_HELD = `DELETE FROM alert_state WHERE digest = ANY ($1::bytea[])`

/** $1 notices as JSON, in order. A notice that is already there, sent or not, is not queued again. */
export const INSERT_NOTICES = `
INSERT INTO notice (channel, dedup_key, alert_id, kind, at, body, due_at)
SELECT channel, dedup_key, alert_id, kind, to_timestamp(at_ms / 1000), body, '-infinity'
FROM ROWS FROM (json_to_recordset($1::json) AS (channel text, dedup_key text, alert_id text, kind text, at_ms double precision,
  body json)) WITH ORDINALITY AS fresh (channel, dedup_key, alert_id, kind, at_ms, body, place)
ORDER BY place
ON CONFLICT (channel, dedup_key) DO NOTHING`

/**
 * What is remembered: of open alerts all, else of the services judged last; one that was forgotten is learned anew. Services
 * come from senders, and what a flood of them left behind must not be read every ten seconds. $1 most rows.
 */
export const LOAD_HELD = `
SELECT held FROM alert_state ORDER BY (held #>> '{life,state}') = 'inactive', updated_at DESC LIMIT $1`
