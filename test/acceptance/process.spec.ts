import { spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { pollUntil, ServerProcess } from '#testing'

const MAIN = new URL('../../dist/apps/server/main.js', import.meta.url).pathname

/** Runs the server until it ends; used where it must not start. */
function run(env: Record<string, string>): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN], {
    env: { ...process.env, LOG_LEVEL: 'silent', PORT: '0', ...env },
    encoding: 'utf8',
    timeout: 60_000,
  })
  return { code: status, stdout, stderr }
}

/** Processes whose command line names the folder: the database, its watchdog, the server. */
function processesOf(folder: string): string {
  return spawnSync('pgrep', ['-af', folder], { encoding: 'utf8' }).stdout.trim()
}

describe('a server that must not start', () => {
  it.each<[string, Record<string, string>, string]>([
    ['a wrong setting', { PORT: '99999' }, 'PORT is "99999"; allowed: a whole number from 0 to 65535'],
    [
      'a setting that is none',
      { STATUSLINE_ROLE: 'boss' },
      'STATUSLINE_ROLE is "boss"; allowed: all, ingest, fold, query, alert',
    ],
    [
      'a database that is not there',
      { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/nothing' },
      'the server did not start: connect ECONNREFUSED 127.0.0.1:1',
    ],
  ])('says why in one line: %s', (_says, env, line) => {
    const { code, stdout, stderr } = run(env)
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^[^\n]+\n$/) as string,
    })
    expect(stderr.replaceAll(/one of /g, '')).toContain(line)
  })

  describe('after its database did', () => {
    let server: ServerProcess

    beforeAll(async () => {
      server = await ServerProcess.start()
      await server.end('SIGTERM')
    })

    afterAll(() => server.remove())

    const data = (): string => `${server.dataDir}/data`

    it('refuses to listen on other addresses without a key, and leaves nothing behind', () => {
      const { code, stdout, stderr } = run({ HOST: '0.0.0.0', STATUSLINE_DATA: data() })
      expect({ code, stdout, stderr }).toEqual({
        code: 1,
        stdout: '',
        stderr: 'HOST is 0.0.0.0: without API keys the server listens on loopback only; set STATUSLINE_ADMIN_KEY\n',
      })
      expect(processesOf(server.dataDir)).toBe('')
    })

    it('says that the port is taken, and leaves nothing behind', async () => {
      const other = createServer()
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
      const { port } = other.address() as { port: number }
      const { code, stderr } = run({ PORT: String(port), STATUSLINE_DATA: data() })
      other.close()
      expect({ code, stderr }).toEqual({ code: 1, stderr: `PORT is ${port}: another program listens there already\n` })
      expect(processesOf(server.dataDir)).toBe('')
    })
  })
})

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  it('ends with 0, keeps what was acknowledged under load, and leaves no process behind', async () => {
    const server = await ServerProcess.start()
    let acknowledged = 0
    let next = 0
    let stopped = false
    const send = async (): Promise<void> => {
      while (!stopped) {
        const events = Array.from({ length: 10 }, () => `{"status":200,"request_id":"r${next++}"}`)
        const reply = await fetch(`${server.url}/v1/ingest/edge`, { method: 'POST', body: events.join('\n') }).catch(
          () => null,
        )
        if (reply?.status === 202) acknowledged += ((await reply.json()) as { accepted: number }).accepted
        else stopped = true
      }
    }
    const senders = Array.from({ length: 8 }, send)
    await pollUntil(() => acknowledged >= 500, { deadlineMs: 60_000, what: '500 acknowledged events' })
    expect(await server.end(signal)).toBe(0)
    await Promise.all(senders)
    expect(processesOf(server.dataDir)).toBe('')
    await server.start()
    const metrics = await server.text('/metrics?scope=traffic')
    const counted = Number(/gateway_http_requests_total\{[^}]*code="200"[^}]*\} (\d+)/.exec(metrics)?.[1])
    // A reply may be lost on the way to the sender; nothing that arrived may be.
    expect(counted).toBeGreaterThanOrEqual(acknowledged)
    expect(counted).toBeLessThanOrEqual(acknowledged + 80)
    await server.remove()
  })
})

describe('the metrics', () => {
  it('give promtool nothing to say, whatever the labels, in both formats', async () => {
    const server = await ServerProcess.start()
    const labels = ['shop', 'a"b', 'a\\b', 'ä\u{1f600}', '{x="y"}', '<script>']
    const events = labels.flatMap((service) =>
      [200, 302, 404, 429, 499, 503].map((status) => JSON.stringify({ status, service, duration_ms: 12.5, bytes: 7 })),
    )
    await server.json('/v1/ingest/edge', events.join('\n'))
    await server.text('/metrics', undefined, { accept: 'application/openmetrics-text' })
    const metrics = await server.text('/metrics')
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: metrics, encoding: 'utf8' })
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' })
    await server.remove()
  })
})
