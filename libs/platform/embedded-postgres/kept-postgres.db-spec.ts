import { chmodSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { pollUntil } from '#testing'
import { startEmbeddedPostgres } from './embedded-postgres.js'
import { keepEmbeddedPostgres, type KeptPostgres } from './kept-postgres.js'

let workshop: string
let dataDir: string
let warnings: string[]
let database: KeptPostgres

beforeAll(() => {
  workshop = mkdtempSync(join(realpathSync(tmpdir()), 'statusline-kept-'))
  chmodSync(workshop, 0o755)
  dataDir = join(workshop, 'data')
})
beforeEach(async () => {
  warnings = []
  database = await keepEmbeddedPostgres({ dataDir, warn: (line) => warnings.push(line) })
})
afterEach(() => database.stop())
afterAll(() => rmSync(workshop, { recursive: true, force: true }))

/** Without this file PostgreSQL ends at once when it starts, as it does on a full disk. */
const controlFile = () => join(dataDir, 'cluster', 'global', 'pg_control')
const away = () => `${controlFile()}.away`

const until = (ask: () => boolean, what: string) => pollUntil(ask, { deadlineMs: 60_000, what })

function killDatabase(): void {
  const pid = Number(readFileSync(join(dataDir, 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0])
  process.kill(pid, 'SIGKILL')
}

async function addRow(): Promise<number> {
  const client = new Client(database.url)
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query('CREATE TABLE IF NOT EXISTS kept (n int)')
    await client.query('INSERT INTO kept VALUES (1)')
    const { rows } = await client.query<{ count: number }>('SELECT count(*)::int FROM kept')
    return rows[0]?.count ?? 0
  } finally {
    await client.end()
  }
}

describe('keepEmbeddedPostgres', () => {
  it('starts it again under the same address, with every committed row, whenever it is killed', async () => {
    for (const rows of [1, 2, 3]) {
      expect(await addRow()).toBe(rows)
      killDatabase()
      await until(() => database.trouble() !== null, 'the end of the database to be noticed')
      await until(() => database.trouble() === null, 'the database to be back')
    }
    expect(warnings).toHaveLength(3)
    expect(warnings[0]).toContain('ended unexpectedly')
  })

  it('tries again while it cannot be started, and says why', async () => {
    const before = await addRow()
    renameSync(controlFile(), away())
    killDatabase()
    await until(() => warnings.length >= 3, 'two starts to fail')
    expect(database.trouble()).toBe('the embedded database ended and is being started again')
    expect(warnings[2]).toContain('the embedded database did not start')
    renameSync(away(), controlFile())
    await until(() => database.trouble() === null, 'the database to be back')
    expect(await addRow()).toBe(before + 1)
  })

  it('can be stopped while it is away, and gives the folder free', async () => {
    renameSync(controlFile(), away())
    killDatabase()
    await until(() => warnings.length >= 2, 'a start to fail')
    await database.stop()
    renameSync(away(), controlFile())
    const next = await startEmbeddedPostgres({ dataDir })
    await next.stop()
  })
})
