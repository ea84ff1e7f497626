/** Deltas to fold next, oldest first: at most $2 of them and about $3 bytes; versions after $1 are left to a newer release. Reads lengths only. */
export const PENDING = `
SELECT id, bytes FROM (
  SELECT id, octet_length(body) AS bytes, sum(octet_length(body)) OVER (ORDER BY id) - octet_length(body) AS bytes_before
  FROM (SELECT id, body FROM journal WHERE version <= $1 ORDER BY id LIMIT $2) AS oldest
) AS measured
WHERE bytes_before < $3
ORDER BY id`

/** Takes deltas out, inside the fold's transaction. A position over the sequence would miss rows: they commit out of order. $1 ids. */
export const TAKE_DELTAS = `
DELETE FROM journal WHERE id = ANY ($1::bigint[]) RETURNING id, version, attempts, appended_at, body`

/** Puts back deltas that cannot be read, in the transaction that took them. $1 id, $2 version, $3 attempts, $4 appended at, $5 body. */
export const PUT_BACK = `
INSERT INTO journal (id, version, attempts, appended_at, body) OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3, $4, $5)`

/** $1 id, $2 version, $3 appended at, $4 error, $5 body. */
export const SET_ASIDE = `
INSERT INTO journal_set_aside (id, version, appended_at, error, body) VALUES ($1, $2, $3, $4, $5)`

/** Counts a failed attempt; the third one sets the delta aside. $1 id, $2 error, $3 attempts allowed. */
export const FAIL_DELTA = `
WITH failed AS (
  UPDATE journal SET attempts = attempts + 1 WHERE id = $1 AND attempts + 1 < $3 RETURNING id
), last AS (
  DELETE FROM journal WHERE id = $1 AND attempts + 1 >= $3 RETURNING id, version, appended_at, body
), kept AS (
  INSERT INTO journal_set_aside (id, version, appended_at, error, body)
  SELECT id, version, appended_at, $2, body FROM last RETURNING id
)
SELECT (SELECT count(*) FROM failed) AS failed, (SELECT count(*) FROM kept) AS set_aside`

/** Gives a delta that was set aside another three attempts. $1 id. */
export const RETRY_SET_ASIDE = `
WITH taken AS (DELETE FROM journal_set_aside WHERE id = $1 RETURNING id, version, appended_at, body)
INSERT INTO journal (id, version, attempts, appended_at, body) OVERRIDING SYSTEM VALUE
SELECT id, version, 0, appended_at, body FROM taken`

/** How much waits to be folded, and how much was set aside. */
export const BACKLOG = `
SELECT count(*)::int AS deltas,
       coalesce(sum(octet_length(body)), 0)::float8 AS bytes,
       coalesce(extract(epoch FROM clock_timestamp() - min(appended_at)) * 1000, 0)::float8 AS oldest_ms,
       (SELECT count(*)::int FROM journal_set_aside) AS set_aside
FROM journal`

/** $1 most rows. */
export const LIST_SET_ASIDE = `
SELECT id, version, appended_at, set_aside_at, error, octet_length(body) AS bytes FROM journal_set_aside ORDER BY id LIMIT $1`
