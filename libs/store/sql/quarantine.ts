/** $1 source or null, $2 reason or null, $3 below this id or null, $4 most. */
export const LIST_QUARANTINE = `
SELECT id, at, source, reason, format, record, whole, replayed_at FROM quarantine
WHERE ($1::text IS NULL OR source = $1) AND ($2::text IS NULL OR reason = $2) AND ($3::bigint IS NULL OR id < $3)
ORDER BY id DESC LIMIT $4`

/** $1 source or null, $2 reason or null, $3 above this id, $4 most. */
export const READ_REPLAYABLE = `
SELECT id, at, source, reason, format, record, whole, replayed_at FROM quarantine
WHERE whole AND replayed_at IS NULL
  AND ($1::text IS NULL OR source = $1) AND ($2::text IS NULL OR reason = $2) AND id > $3
ORDER BY id LIMIT $4`
