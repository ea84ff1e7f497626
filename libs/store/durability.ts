import type { Pool } from 'pg'
import { DatabaseRefused } from './database-refused.js'

const LOWEST_VERSION = 150_000

/** What the check found, to print at the start and beside benchmarks. */
export interface Durability {
  readonly serverVersion: string
  readonly settings: Readonly<Record<string, string>>
}

/**
 * Makes sure that a commit on this server is durable. Rejects with `DatabaseRefused`, naming the setting and its value,
 * when it is not, or when the server is too old or a standby.
 */
export async function checkDurability(pool: Pool): Promise<Durability> {
  const { rows } = await pool.query<Found>(FIND)
  const found = rows[0]
  if (found === undefined) throw new DatabaseRefused('the server did not tell its settings')
  if (found.version_num < LOWEST_VERSION)
    throw new DatabaseRefused(`server_version is ${found.server_version}: Statusline needs PostgreSQL 15 or newer`)
  if (found.standby)
    throw new DatabaseRefused('pg_is_in_recovery is true: this server is a standby, and cannot be written')
  refuse('fsync', found.fsync, found.fsync === 'on')
  refuse('full_page_writes', found.full_page_writes, found.full_page_writes === 'on')
  refuse('synchronous_commit', found.synchronous_commit, found.synchronous_commit !== 'off')
  const { fsync, full_page_writes, synchronous_commit } = found
  return { serverVersion: found.server_version, settings: { fsync, full_page_writes, synchronous_commit } }
}

function refuse(setting: string, value: string, fine: boolean): void {
  if (!fine)
    throw new DatabaseRefused(`${setting} is ${value}: an acknowledged batch would not be durable; set ${setting} = on`)
}

interface Found {
  version_num: number
  server_version: string
  standby: boolean
  fsync: string
  full_page_writes: string
  synchronous_commit: string
}

const FIND = `
SELECT current_setting('server_version_num')::int AS version_num,
       current_setting('server_version') AS server_version,
       pg_is_in_recovery() AS standby,
       current_setting('fsync') AS fsync,
       current_setting('full_page_writes') AS full_page_writes,
       current_setting('synchronous_commit') AS synchronous_commit`
