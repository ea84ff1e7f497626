import { transformFile } from '@swc/core'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const compiled = join(root, 'node_modules', '.cache', `statusline-test-server-${process.pid}`)

/**
 * Offers one database server to all test files of the run. It starts when the first test asks for it, so that runs of pure tests cost nothing.
 * STATUSLINE_TEST_DATABASE_URL names a server of one's own instead; its user needs the right to create databases.
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
  const url = process.env['STATUSLINE_TEST_DATABASE_URL']
  if (url !== undefined) return { url, stop: async () => undefined }
  const { startEmbeddedPostgres } = await compileEmbeddedPostgres()
  const dataDir = await mkdtemp(join(await realpath(tmpdir()), 'statusline-test-'))
  const database = await startEmbeddedPostgres({ dataDir, settings: { max_connections: '200' } })
  const stop = async () => {
    await database.stop()
    await rm(dataDir, { recursive: true, force: true })
    await rm(compiled, { recursive: true, force: true })
  }
  return { url: database.url, stop }
}

/** From the sources, not from dist: Jest also runs where nothing was built, and never against an old build. */
async function compileEmbeddedPostgres() {
  const platform = join(root, 'libs', 'platform')
  const names = (await readdir(join(platform, 'embedded-postgres'))).filter(
    (name) => name.endsWith('.ts') && !name.includes('spec'),
  )
  await mkdir(join(compiled, 'embedded-postgres'), { recursive: true })
  await writeFile(join(compiled, 'package.json'), '{"type":"module"}')
  for (const name of ['clock.ts', ...names.map((name) => join('embedded-postgres', name))]) {
    const { code } = await transformFile(join(platform, name), { swcrc: true, sourceMaps: 'inline' })
    await writeFile(join(compiled, name.replace(/\.ts$/, '.js')), code)
  }
  return import(pathToFileURL(join(compiled, 'embedded-postgres', 'embedded-postgres.js')).href)
}
