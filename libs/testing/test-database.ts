import { randomBytes } from 'node:crypto'
import { Client, Pool } from 'pg'
import { pollUntil } from './poll-until.js'
import { testServer } from './test-server.js'
import { ensureTemplate, withDatabase } from './test-template.js'

const CLOSED_WITHIN_MS = 30_000

/** A migrated database of its own for one test file. */
export interface TestDatabase {
  readonly url: string
  readonly pool: Pool
  /** Ends the pool and removes the database; throws when the test left other connections open. */
  drop(): Promise<void>
}

/** Options for a database that should differ from the product's. */
export interface TestDatabaseOptions {
  /** false: an empty database without the product's tables. */
  readonly migrated?: boolean
  /** How long connections that were left open may take to close, in milliseconds. */
  readonly closedWithinMs?: number
}

/** Makes a fresh database on the server of the run; call `drop` in afterAll, or the run fails at its end. */
export async function testDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const server = await testServer()
  const name = `${server.run}_${randomBytes(6).toString('hex')}`
  await withAdmin(server.url, async (admin) => {
    const template = options.migrated === false ? 'template0' : await ensureTemplate(admin, server)
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`)
    await admin.query(`COMMENT ON DATABASE ${name} IS '${currentTestFile()}'`)
  })
  const url = withDatabase(server.url, name)
  const pool = new Pool({ connectionString: url, max: 8 })
  return { url, pool, drop: () => drop(server.url, name, pool, options.closedWithinMs ?? CLOSED_WITHIN_MS) }
}

async function drop(serverUrl: string, name: string, pool: Pool, deadlineMs: number): Promise<void> {
  if (!pool.ended) await pool.end()
  await withAdmin(serverUrl, async (admin) => {
    try {
      await pollUntil(async () => (await openConnections(admin, name)) === 0, {
        deadlineMs,
        what: `the last connection to the test database of ${currentTestFile()} to close`,
      })
    } finally {
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
    }
  })
}

async function openConnections(admin: Client, name: string): Promise<number> {
  const { rows } = await admin.query<{ open: number }>(
    `SELECT count(*)::int AS open FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'`,
    [name],
  )
  return rows[0]?.open ?? 0
}

async function withAdmin(url: string, work: (admin: Client) => Promise<void>): Promise<void> {
  const admin = new Client(url)
  await admin.connect()
  try {
    await work(admin)
  } finally {
    await admin.end()
  }
}

function currentTestFile(): string {
  return (expect.getState().testPath ?? 'unknown').replaceAll(/[^\w./-]/g, '')
}
