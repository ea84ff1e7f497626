/** Begins an append: the transaction's id, to ask for its fate when the answer to COMMIT is lost, and the database's time. */
export const BEGIN_APPEND = `
BEGIN;
SELECT pg_current_xact_id()::text AS xid, floor(extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now_ms`

/** $1 version, $2 body. */
export const INSERT_JOURNAL = `
INSERT INTO journal (version, body) VALUES ($1, $2)`

/** Makes the rows of files that begin here. $1 fingerprints (sorted), $2 sources. */
export const CREATE_FILES = `
INSERT INTO shipped_file (fingerprint, source, end_offset, tail)
SELECT fingerprint, source, 0, '' FROM unnest($1::bytea[], $2::text[]) AS given (fingerprint, source)
ORDER BY fingerprint
ON CONFLICT DO NOTHING`

/** Locks files until the append ends. $1 fingerprints. */
export const LOCK_FILES = `
SELECT fingerprint, end_offset, tail FROM shipped_file WHERE fingerprint = ANY ($1::bytea[]) ORDER BY fingerprint FOR UPDATE`

/** $1 fingerprints, $2 ends, $3 tails. */
export const ADVANCE_FILES = `
UPDATE shipped_file SET end_offset = given.end_offset, tail = given.tail, updated_at = now()
FROM unnest($1::bytea[], $2::bigint[], $3::bytea[]) AS given (fingerprint, end_offset, tail)
WHERE shipped_file.fingerprint = given.fingerprint`

/** $1 fingerprint. */
export const FIND_FILE = `
SELECT end_offset, tail FROM shipped_file WHERE fingerprint = $1`

/** $1 day, $2 sources, $3 reasons, $4 formats, $5 records, $6 whole. */
export const INSERT_QUARANTINE = `
INSERT INTO quarantine (day, source, reason, format, record, whole)
SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::bytea[], $6::boolean[])`

/** Locks records of the quarantine that were not replayed yet. $1 ids. */
export const LOCK_QUARANTINE = `
SELECT id FROM quarantine WHERE id = ANY ($1::bigint[]) AND replayed_at IS NULL ORDER BY id FOR UPDATE`

/** $1 ids. */
export const MARK_REPLAYED = `
UPDATE quarantine SET replayed_at = now() WHERE id = ANY ($1::bigint[])`

/** $1 xid8. Raises an error for an id that was never given out, which is how a crash can make it look. */
export const TRANSACTION_STATUS = `
SELECT pg_xact_status($1::xid8) AS status`

/** Ends the session that still holds this transaction open; its client is gone. $1 xid8. */
export const END_TRANSACTION = `
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_xid = $1::xid8::xid AND pid <> pg_backend_pid()`

/** Ends a session of ours that holds a transaction open; its client is gone. $1 its process. */
export const END_BACKEND = `
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE pid = $1 AND backend_xid IS NOT NULL AND usename = current_user
  AND application_name = current_setting('application_name') AND pid <> pg_backend_pid()`
