import type { Pool } from 'pg'
import { cpuSecondsOf } from './process-usage.js'

/** The database's processes that have been seen to fold; the fold has connections of its own, which do nothing else. */
export class FoldSessions {
  private readonly pids = new Set<number>()

  constructor(private readonly pool: Pool) {}

  /** To be called now and then. */
  async look(): Promise<void> {
    const { rows } = await this.pool.query<{ pid: number }>(FOLDING)
    for (const { pid } of rows) this.pids.add(pid)
  }

  /** CPU time so far of those that have been seen. */
  cpuSeconds(): number {
    return [...this.pids].reduce((sum, pid) => sum + cpuSecondsOf(pid), 0)
  }
}

const FOLDING = `
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND query ~ 'INSERT INTO (cell|rollup)_|DELETE FROM journal'`
