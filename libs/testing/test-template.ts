import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import type { TestServer } from './test-server.js'

const LOCK_KEY = 7_283_651

/** Replaces the database name in a connection URL. */
export function withDatabase(url: string, name: string): string {
  const changed = new URL(url)
  changed.pathname = `/${name}`
  return changed.href
}

/**
 * Returns the name of the migrated database that test databases are cloned from, and makes it once per run.
 * The lock is polled: a session that waits inside pg_advisory_lock holds a snapshot and blocks CREATE INDEX CONCURRENTLY.
 */
export async function ensureTemplate(admin: Client, server: TestServer): Promise<string> {
  const template = `${server.run}_template`
  if (await exists(admin, template)) return template
  while (!(await tryLock(admin))) await sleep(20)
  try {
    if (!(await exists(admin, template))) await buildTemplate(admin, server, template)
  } finally {
    await admin.query('SELECT pg_advisory_unlock($1)', [LOCK_KEY])
  }
  return template
}

async function buildTemplate(admin: Client, server: TestServer, template: string): Promise<void> {
  const unfinished = `${template}_unfinished`
  await admin.query(`DROP DATABASE IF EXISTS ${unfinished} WITH (FORCE)`)
  await admin.query(`CREATE DATABASE ${unfinished} TEMPLATE template0`)
  await migrate(withDatabase(server.url, unfinished))
  await admin.query(`ALTER DATABASE ${unfinished} RENAME TO ${template}`)
}

/** Reads the store late, so that a test without a schema does not load it. */
async function migrate(url: string): Promise<void> {
  const store = (await import('#store')) as { migrate?: (url: string) => Promise<unknown> }
  await store.migrate?.(url)
}

async function exists(admin: Client, name: string): Promise<boolean> {
  const found = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])
  return found.rowCount === 1
}

async function tryLock(admin: Client): Promise<boolean> {
  const { rows } = await admin.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [LOCK_KEY])
  return rows[0]?.locked === true
}
