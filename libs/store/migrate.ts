import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { DataSource } from 'typeorm'
import { migrations } from '#migrations'
import { DatabaseRefused } from './database-refused.js'
import { session } from './pool.js'

/** Any number that nothing else on the server uses; held while a release changes the schema. */
const MIGRATION_LOCK = 7_263_947_001
const LOCK_POLL_MS = 100

export interface MigrateOptions {
  /** How long to wait for another process that migrates; default 60,000 ms. */
  readonly lockTimeoutMs?: number
}

/**
 * Brings the schema to this release and returns the names of the migrations that were run. Several processes may call it at
 * once. Rejects with `DatabaseRefused` when the schema is newer than this release, or the lock stays taken.
 */
export async function migrate(url: string, options: MigrateOptions = {}): Promise<string[]> {
  const client = new Client({ connectionString: url, application_name: 'statusline migrate' })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await lock(client, options.lockTimeoutMs ?? 60_000)
    await refuseNewer(client)
    return await run(url)
  } finally {
    await client.end()
  }
}

/** Polls: a session that waits inside pg_advisory_lock holds a snapshot, which CREATE INDEX CONCURRENTLY waits for in turn. */
async function lock(client: Client, timeoutMs: number): Promise<void> {
  for (let waitedMs = 0; waitedMs <= timeoutMs; waitedMs += LOCK_POLL_MS) {
    const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [
      MIGRATION_LOCK,
    ])
    if (rows[0]?.locked === true) return
    await sleep(LOCK_POLL_MS)
  }
  throw new DatabaseRefused(`another process has been migrating the database for more than ${timeoutMs} ms`)
}

async function refuseNewer(client: Client): Promise<void> {
  const table = await client.query(`SELECT to_regclass('migrations') AS found`)
  if ((table.rows[0] as { found: string | null }).found === null) return
  const known = migrations.map((migration) => migration.name)
  const { rows } = await client.query<{ name: string }>(
    'SELECT name FROM migrations WHERE name <> ALL ($1) ORDER BY id',
    [known],
  )
  const unknown = rows.map((row) => row.name)
  if (unknown.length > 0)
    throw new DatabaseRefused(
      `the schema is newer than this release (it has ${unknown.join(', ')}): start the newer release, or restore a backup`,
    )
}

async function run(url: string): Promise<string[]> {
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    migrations,
    poolSize: 1,
    applicationName: 'statusline migrate',
    migrationsTransactionMode: 'each',
    extra: session,
  })
  await dataSource.initialize()
  try {
    return (await dataSource.runMigrations()).map((migration) => migration.name)
  } finally {
    await dataSource.destroy()
  }
}
