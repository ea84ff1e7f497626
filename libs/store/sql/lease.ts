/** The row of a lease, made once, already expired. $1 name. */
export const CREATE_LEASE = `
INSERT INTO lease (name, holder, epoch, expires_at) VALUES ($1, '', 0, '-infinity') ON CONFLICT DO NOTHING`

/** Takes a lease that is free, or back from an earlier process of the same holder, which the new epoch fences. A holder in the middle of a fenced transaction has the row locked: skipped, not waited for. $1 name, $2 holder, $3 ttl ms. */
export const ACQUIRE_LEASE = `
UPDATE lease SET holder = $2, epoch = epoch + 1, expires_at = clock_timestamp() + $3 * interval '1 ms'
WHERE name = (
  SELECT name FROM lease WHERE name = $1 AND (expires_at <= clock_timestamp() OR holder = $2) FOR UPDATE SKIP LOCKED
)
RETURNING epoch`

/** $1 name, $2 holder, $3 epoch, $4 ttl ms. */
export const RENEW_LEASE = `
UPDATE lease SET expires_at = clock_timestamp() + $4 * interval '1 ms'
WHERE name = $1 AND holder = $2 AND epoch = $3 AND expires_at > clock_timestamp()
RETURNING pg_current_xact_id()::text AS xid`

/** $1 name, $2 holder, $3 epoch. */
export const RELEASE_LEASE = `
UPDATE lease SET expires_at = '-infinity' WHERE name = $1 AND holder = $2 AND epoch = $3`

/** Inside the fenced transaction. $1 name, $2 holder, $3 epoch. */
export const HOLD_LEASE = `
SELECT 1 FROM lease WHERE name = $1 AND holder = $2 AND epoch = $3 AND expires_at > clock_timestamp() FOR UPDATE`
