import type { Pool } from 'pg'
import { BACKLOG, LIST_SET_ASIDE, RETRY_SET_ASIDE } from '../sql/journal.js'

/** What waits in the journal, for metrics and readiness. */
export interface Backlog {
  readonly deltas: number
  readonly bytes: number
  /** Age of the oldest delta; 0: nothing waits. */
  readonly oldestMs: number
  /** Deltas that failed three times. */
  readonly setAside: number
}

export async function readBacklog(pool: Pool): Promise<Backlog> {
  const { rows } = await pool.query<{ deltas: number; bytes: number; oldest_ms: number; set_aside: number }>(BACKLOG)
  const row = rows[0] ?? { deltas: 0, bytes: 0, oldest_ms: 0, set_aside: 0 }
  return { deltas: row.deltas, bytes: row.bytes, oldestMs: row.oldest_ms, setAside: row.set_aside }
}

/** A delta that could not be folded, kept for inspection and another try. */
export interface SetAside {
  readonly id: number
  readonly version: number
  readonly appendedAt: Date
  readonly setAsideAt: Date
  readonly error: string
  readonly bytes: number
}

export async function listSetAside(pool: Pool, most = 100): Promise<SetAside[]> {
  const { rows } = await pool.query<{
    id: number | string
    version: number
    appended_at: Date
    set_aside_at: Date
    error: string
    bytes: number
  }>(LIST_SET_ASIDE, [most])
  return rows.map(({ id, version, appended_at, set_aside_at, error, bytes }) => ({
    id: Number(id),
    version,
    appendedAt: appended_at,
    setAsideAt: set_aside_at,
    error,
    bytes,
  }))
}

/** Gives a delta that was set aside another three attempts; false when there is none of this id. */
export async function retrySetAside(pool: Pool, id: number): Promise<boolean> {
  const moved = await pool.query(RETRY_SET_ASIDE, [id])
  return moved.rowCount === 1
}
