import type { Pool } from 'pg'

/** What a PostgreSQL has done so far. */
export interface DatabaseNumbers {
  readonly commits: number
  /** Written into its log. */
  readonly walBytes: number
  /** Flushes of the log to the disk; null before PostgreSQL 18. */
  readonly walSyncs: number | null
  /** Open now, by processes of ours. */
  readonly connections: number
}

const NUMBERS = `
SELECT (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database())::float8 AS commits,
       (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::float8 AS "walBytes",
       (SELECT sum(fsyncs) FROM pg_stat_io WHERE to_jsonb(pg_stat_io) ->> 'object' = 'wal')::float8 AS "walSyncs",
       (SELECT count(*) FROM pg_stat_activity WHERE application_name = 'statusline' AND pid <> pg_backend_pid())::float8 AS connections`

/** Reads the numbers; backends hand theirs in a second after their last work. */
export const databaseNumbers = async (pool: Pool): Promise<DatabaseNumbers> => {
  const { rows } = await pool.query<DatabaseNumbers>(NUMBERS)
  return rows[0]!
}
