import type { Pool } from 'pg'

/** Suspicions that cleared go after 7 days, closed alerts after 400, settled notices after 30. $1 now (epoch s). */
const STATEMENTS = [
  `DELETE FROM alert WHERE state = 'inactive' AND updated_at < to_timestamp($1) - interval '7 days'`,
  `DELETE FROM alert WHERE (state = 'resolved' OR archived_at IS NOT NULL) AND updated_at < to_timestamp($1) - interval '400 days'`,
  `DELETE FROM notice WHERE state <> 'due' AND settled_at < to_timestamp($1) - interval '30 days'`,
  `DELETE FROM alert_state WHERE updated_at < to_timestamp($1) - interval '60 days' AND held #>> '{life,state}' = 'inactive'`,
] as const

/** Removes what alerts no longer need, at `now` (epoch ms); returns the number of rows. Rejects when the database fails. */
export async function pruneAlerts(pool: Pool, now: number): Promise<number> {
  let removed = 0
  for (const statement of STATEMENTS) removed += (await pool.query(statement, [now / 1000])).rowCount ?? 0
  return removed
}
