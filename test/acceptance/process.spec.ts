import { spawn } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ServerProcess, freePort, pollUntil, statusline } from '#testing'

/** Ids of all processes whose command line or folder names this data folder. */
function processesOn(dataDir: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(dataDir)
      } catch {
        return false
      }
    })
    .map(Number)
}

/** True where somebody listens. */
async function isTaken(url: string): Promise<boolean> {
  const { port } = new URL(url)
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(true))
    server.listen(Number(port), '127.0.0.1', () => server.close(() => resolve(false)))
  })
}

const linesOf = (words: string): string[] => words.trim().split('\n')

/** What is meant for a person: log lines are JSON. */
const saidOf = (stderr: string): string[] => linesOf(stderr).filter((line) => !line.startsWith('{'))

describe('a stop', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('by %s leaves no process and no port behind, and exits 0', async (signal) => {
    const server = await ServerProcess.start()
    expect(processesOn(server.dataDir).length).toBeGreaterThan(0)
    await server.json('/v1/ingest/edge', '{"status":200}')
    expect(await server.end(signal)).toBe(0)
    expect(processesOn(server.dataDir)).toEqual([])
    expect(await isTaken(server.url)).toBe(false)
    await server.remove()
  })

  it('by SIGKILL lets the database end by itself, and the next start has everything', async () => {
    const server = await ServerProcess.start()
    await server.json('/v1/ingest/edge', '{"status":200}')
    await server.end('SIGKILL')
    await pollUntil(() => processesOn(server.dataDir).length === 0, {
      deadlineMs: 60_000,
      what: 'the database of a killed server to end',
    })
    await server.start()
    await pollUntil(async () => (await server.text('/metrics')).includes('code="200",outcome="success"} 1'), {
      deadlineMs: 20_000,
      what: 'the event from before the kill',
    })
    await server.remove()
  })

  it('reaches the server through a shell that was told to exec, as npm start does it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'statusline-sh-'))
    const root = new URL('../../', import.meta.url).pathname
    const shell = spawn('sh', ['-c', `exec "${process.execPath}" --enable-source-maps dist/apps/server/main.js`], {
      cwd: root,
      env: { ...process.env, HOST: '127.0.0.1', PORT: '0', STATUSLINE_DATA: join(folder, 'data'), LOG_LEVEL: 'silent' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const lines: string[] = []
    const ended = new Promise<number | null>((resolve) => shell.once('exit', resolve))
    createInterface({ input: shell.stdout }).on('line', (line) => lines.push(line))
    await pollUntil(() => lines.some((line) => /^ready http:\/\/127\.0\.0\.1:\d+$/.test(line)), {
      deadlineMs: 60_000,
      what: 'the ready line',
    })
    shell.kill('SIGINT')
    expect(await ended).toBe(0)
    expect(lines.at(-1)).toMatch(/^ready /)
    expect(processesOn(folder)).toEqual([])
    await rm(folder, { recursive: true })
  })
})

const refused = async (env: Record<string, string>): Promise<string> => {
  const { code, stdout, stderr } = await ServerProcess.refused({ LOG_LEVEL: 'error', ...env })
  expect({ code, stdout, said: saidOf(stderr) }).toEqual({ code: 1, stdout: '', said: [expect.any(String)] })
  return saidOf(stderr)[0]!
}

describe('a start that cannot succeed says why in one line and exits 1', () => {
  const wrong: readonly (readonly [env: Record<string, string>, says: readonly string[]])[] = [
    [{ PORT: 'eighty' }, ['PORT', 'eighty', '0 to 65535']],
    [{ PORT: '70000' }, ['PORT', '70000', '65535']],
    [{ STATUSLINE_ROLE: 'everything' }, ['STATUSLINE_ROLE', 'everything', 'ingest']],
    [{ DATABASE_URL: 'mysql://x' }, ['DATABASE_URL', 'postgresql://']],
    [{ STATUSLINE_ADMIN_KEY: 'short' }, ['STATUSLINE_ADMIN_KEY', '16']],
    [{ STATUSLINE_CONFIG: '/nowhere/statusline.yaml' }, ['/nowhere/statusline.yaml']],
    [{ JOURNAL: 'kafka' }, ['JOURNAL', 'kafka', 'postgres']],
    [{ STATUSLINE_LIMITS_BODY_BYTES: '-1' }, ['STATUSLINE_LIMITS_BODY_BYTES', '-1']],
    [{ HOST: '0.0.0.0' }, ['HOST', '0.0.0.0', 'STATUSLINE_ADMIN_KEY']],
    [{ DATABASE_URL: 'postgresql://x@127.0.0.1:9/x' }, ['127.0.0.1:9']],
  ]
  it.each(wrong)('with %j', async (env, says) => {
    const folder = await mkdtemp(join(tmpdir(), 'statusline-wrong-'))
    const line = await refused({ STATUSLINE_DATA: join(folder, 'data'), ...env })
    for (const word of says) expect(line).toContain(word)
    expect(processesOn(folder)).toEqual([])
    await rm(folder, { recursive: true })
  })

  it('on a folder that another server uses, which goes on', async () => {
    const server = await ServerProcess.start()
    const data = join(server.dataDir, 'data')
    expect(await refused({ STATUSLINE_DATA: data })).toContain(data)
    expect(await server.json('/v1/ingest/edge', '{"status":200}')).toMatchObject({ accepted: 1 })
    await server.remove()
  })

  it('on a port that another program uses, and leaves no database behind', async () => {
    const port = await freePort()
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve))
    const folder = await mkdtemp(join(tmpdir(), 'statusline-port-'))
    const line = await refused({ STATUSLINE_DATA: join(folder, 'data'), PORT: String(port) })
    expect(line).toContain(`PORT is ${port}`)
    expect(processesOn(folder)).toEqual([])
    other.close()
    await rm(folder, { recursive: true })
  })

  it('on a data folder that cannot be written', async () => {
    expect(await refused({ STATUSLINE_DATA: '/sys/nowhere' })).toContain('/sys/nowhere')
    const folder = await mkdtemp(join(tmpdir(), 'statusline-file-'))
    await writeFile(join(folder, 'data'), 'not a folder')
    expect(await refused({ STATUSLINE_DATA: join(folder, 'data') })).toContain(join(folder, 'data'))
    await rm(folder, { recursive: true })
  })
})

describe('keys', () => {
  const ADMIN = 'an-admin-key-of-many-characters'
  let server: ServerProcess

  beforeAll(async () => {
    server = await ServerProcess.start({ STATUSLINE_ADMIN_KEY: ADMIN, HOST: '0.0.0.0' })
    server.url = server.url.replace('0.0.0.0', '127.0.0.1')
  })
  afterAll(() => server.remove())

  const cli = (key: string, ...args: string[]) => statusline(server.url, args, { key }).done

  const statusOf = async (path: string, key: string | null, body?: string): Promise<number> => {
    const headers: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` }
    const init = body === undefined ? { headers } : { method: 'POST', body, headers }
    return (await fetch(server.url + path, init)).status
  }

  it('are needed from the first start on', async () => {
    expect(await statusOf('/healthz', null)).toBe(200)
    expect(await statusOf('/metrics', null)).toBe(401)
    expect(await statusOf('/v1/ingest', null, '{"status":200}')).toBe(401)
    expect(await statusOf('/v1/ingest', 'a-key-that-nobody-made', '{"status":200}')).toBe(401)
    expect(await statusOf('/metrics', ADMIN)).toBe(200)
  })

  it('are made, listed and revoked on the command line', async () => {
    const made = await cli(ADMIN, 'keys', 'create', 'edge', '--scope', 'ingest', '--source', 'edge')
    expect(made).toMatchObject({ code: 0 })
    const key = linesOf(made.stdout)[0]!
    const id = /key (\d+) "edge"/.exec(made.stdout)![1]!
    expect(await statusOf('/v1/ingest/edge', key, '{"status":200}')).toBe(202)
    expect(await statusOf('/v1/ingest/other', key, '{"status":200}')).toBe(403)
    expect(await statusOf('/metrics', key)).toBe(403)
    expect(await statusOf('/v1/keys', key)).toBe(403)
    expect(await statusOf('/v1/rejects', key)).toBe(403)

    const listed = await cli(ADMIN, 'keys', 'list')
    expect(listed).toMatchObject({ code: 0, stdout: expect.stringContaining('edge') })
    expect(listed.stdout).not.toContain(key)
    expect(await cli(key, 'keys', 'list')).toMatchObject({ code: 1, stderr: expect.stringContaining('admin') })
    expect(await cli(ADMIN, 'keys', 'revoke', id)).toMatchObject({ code: 0 })
    await pollUntil(async () => (await statusOf('/v1/ingest/edge', key, '{"status":200}')) === 401, {
      deadlineMs: 20_000,
      what: 'the revoked key to be refused',
    })
  })

  it('let the doctor examine the server', async () => {
    expect(await cli(ADMIN, 'doctor')).toMatchObject({ code: 0, stdout: expect.stringContaining('source edge') })
    expect(await statusline(server.url, ['doctor']).done).toMatchObject({ code: 1 })
  })

  it('let an administrator list and replay what was rejected', async () => {
    server.key = ADMIN
    await server.json('/v1/ingest/bad', '{"status":"twenty"}')
    const listed = await cli(ADMIN, 'rejects', 'list', '--source', 'bad')
    expect(listed).toMatchObject({ code: 0, stdout: expect.stringContaining('bad_status') })
    expect(await cli(ADMIN, 'rejects', 'replay', '--source', 'bad')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('0 records counted now, 1 rejected again'),
    })
    expect(await statusline(server.url, ['rejects', 'list']).done).toMatchObject({ code: 1 })
  })

  it('outlive a restart without the admin key in the environment', async () => {
    expect(await cli(ADMIN, 'keys', 'create', 'reader', '--scope', 'read')).toMatchObject({ code: 0 })
    expect(await server.end('SIGTERM')).toBe(0)
    await server.start({ STATUSLINE_ADMIN_KEY: 'off' })
    server.url = server.url.replace('0.0.0.0', '127.0.0.1')
    expect(await statusOf('/metrics', null)).toBe(401)
  })
})
