import { connect, type Socket } from 'node:net'
import { pollUntil, testDatabase, type TestDatabase } from '#testing'
import { startServerUnderTest, type ServerUnderTest } from './testing/server-under-test.js'

let database: TestDatabase
const running: ServerUnderTest[] = []
beforeEach(async () => {
  database = await testDatabase()
})
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop()
  await database.drop()
})

async function start(env: Record<string, string> = {}): Promise<ServerUnderTest> {
  const server = await startServerUnderTest({ DATABASE_URL: database.url, ...env })
  running.push(server)
  return server
}

describe('a start', () => {
  // Nothing answers on port 1: the refusal comes before the database is asked.
  const nowhere = { DATABASE_URL: 'postgresql://me:hush@127.0.0.1:1/d' }

  it.each([
    [{ STATUSLINE_SOURCES: '{"edge":{"format":"jsonl"}}' }, 'sources.edge.format is "jsonl"; allowed: one of auto,'],
    [{ STATUSLINE_SOURCES: '{"my edge":{}}' }, 'sources has "my edge"; allowed: '],
    [{ STATUSLINE_ALERT_RULES: '{"nope":{}}' }, 'alert.rules has "nope"; allowed: '],
    [
      { STATUSLINE_ALERT_RULES: '{"throttle-spike":{"factor":"abc"}}' },
      'alert.rules.throttle-spike.factor is "abc"; allowed: a number from 1 to 1000',
    ],
    [{}, 'DATABASE_URL is postgresql://me@127.0.0.1:1/d, which cannot be used: '],
  ])('is refused with %j', async (env, line) => {
    const refusal = await start({ ...nowhere, ...env }).then(String, (error: Error) => error.message)
    expect(refusal).toContain(line)
    expect(refusal).not.toContain('hush')
  })
})

describe('a port that is taken', () => {
  it('is told once, by whoever started the server', async () => {
    const { port } = await start()
    const logLines: string[] = []
    const second = startServerUnderTest({ DATABASE_URL: database.url, PORT: String(port) }, logLines)
    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE', syscall: 'listen' })
    expect(logLines.filter((line) => line.includes('EADDRINUSE'))).toEqual([])
  })
})

const DISK_FULL = `
CREATE OR REPLACE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;`

const fill = (table: string) =>
  database.pool.query(
    `${DISK_FULL} CREATE TRIGGER full_disk BEFORE INSERT ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION full_disk()`,
  )

async function ready(server: ServerUnderTest): Promise<[number, string]> {
  const reply = await fetch(`${server.url}/readyz`)
  return [reply.status, await reply.text()]
}

describe('readiness on a full disk', () => {
  it('ends with the append that fails, and returns with the one that succeeds', async () => {
    const server = await start()
    const send = async () =>
      (await fetch(`${server.url}/v1/ingest/edge`, { method: 'POST', body: `{"status":503,"ts":${Date.now()}}` }))
        .status
    expect((await ready(server))[0]).toBe(200)
    await fill('journal')
    expect(await send()).toBe(503)
    const [status, body] = await ready(server)
    expect(status).toBe(503)
    expect(body).toContain('append_failing')
    await database.pool.query('DROP TRIGGER full_disk ON journal')
    expect(await send()).toBe(202)
    expect((await ready(server))[0]).toBe(200)
  })

  it('ends where nothing is sent, but not on a replica that takes nothing', async () => {
    await fill('write_probe')
    expect((await ready(await start()))[1]).toContain('append_failing')
    expect((await ready(await start({ STATUSLINE_ROLE: 'query' })))[0]).toBe(200)
  })
})

/** Opens a connection, sends the text, and collects what comes back until it is closed. */
function talk(port: number, text: string): { socket: Socket; heard: () => string; closed: Promise<void> } {
  const socket = connect(port, '127.0.0.1', () => socket.write(text))
  let heard = ''
  socket.on('data', (bytes) => (heard += bytes.toString()))
  socket.on('error', () => undefined)
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  return { socket, heard: () => heard, closed }
}

describe('a connection', () => {
  it('gets one reply to a transfer coding that nobody knows, and is closed', async () => {
    const server = await start()
    const { heard, closed } = talk(
      server.port,
      'POST /v1/ingest HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
    )
    await closed
    expect(heard().match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400'])
  })

  it('does not keep the server from stopping where no request is under way', async () => {
    const server = await start()
    const silent = talk(server.port, '')
    const half = talk(server.port, 'GET /healthz HTTP/1.1\r\nHost: loc')
    const idle = talk(server.port, 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await pollUntil(() => Promise.resolve(idle.heard().includes('"ok"') || null), {
      deadlineMs: 20_000,
      what: 'the reply on the connection that is idle afterwards',
    })
    const startedMs = performance.now()
    running.splice(0)
    await server.stop()
    await Promise.all([silent.closed, half.closed, idle.closed])
    expect(performance.now() - startedMs).toBeLessThan(10_000)
  })
})
