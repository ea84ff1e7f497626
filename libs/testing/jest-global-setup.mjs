import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import './typescript-imports.mjs'

const SETTINGS = { max_connections: '200' }

/**
 * Offers one database server to all test files of the run. It starts when the first test asks for it, so that runs of pure tests cost nothing.
 * STATUSLINE_TEST_POSTGRES=15 takes a cluster of Debian's PostgreSQL 15 instead, or a URL the server that it names; its user needs the
 * right to create databases. Whole server processes then have their database there, too.
 */
export default async function setUp() {
  const run = `statusline_test_${randomBytes(4).toString('hex')}`
  let server
  const broker = createServer((socket) => {
    socket.on('error', () => undefined)
    server ??= startServer()
    server.then(
      ({ url }) => socket.end(JSON.stringify({ url, run })),
      (error) => socket.end(JSON.stringify({ error: error.message })),
    )
  })
  broker.listen(0, '127.0.0.1').unref()
  await once(broker, 'listening')
  process.env['STATUSLINE_TEST_SERVER_PORT'] = String(broker.address().port)
  globalThis.statuslineTestServer = { run, started: () => server, close: () => broker.close() }
}

async function startServer() {
  const asked = process.env['STATUSLINE_TEST_POSTGRES']
  if (asked === undefined) return startEmbedded()
  if (asked !== '15') return { url: asked, stop: async () => undefined }
  const { startPostgres15 } = await import('./postgres-15.ts')
  return startPostgres15(SETTINGS)
}

async function startEmbedded() {
  // The sources, not dist: Jest also runs where nothing was built, and never against an old build.
  const { startEmbeddedPostgres } = await import('../platform/embedded-postgres/embedded-postgres.ts')
  const dataDir = await mkdtemp(join(await realpath(tmpdir()), 'statusline-test-'))
  const database = await startEmbeddedPostgres({ dataDir, settings: SETTINGS })
  const stop = async () => {
    await database.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
  return { url: database.url, stop }
}
