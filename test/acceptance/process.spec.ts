import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ServerProcess, START_FLAGS, freePort, pollUntil } from '#testing'
import { processesOn } from './processes-on.js'

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
      deadlineMs: 180_000,
      what: 'the database of a killed server to end',
    })
    await server.start()
    await pollUntil(async () => (await server.text('/metrics')).includes('code="200",outcome="success"} 1'), {
      deadlineMs: 60_000,
      what: 'the event from before the kill',
    })
    await server.remove()
  })

  it('reaches the server through a shell that was told to exec, as npm start does it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'statusline-sh-'))
    const root = new URL('../../', import.meta.url).pathname
    const command = `exec "${process.execPath}" ${START_FLAGS.join(' ')} dist/apps/server/main.js`
    const shell = spawn('sh', ['-c', command], {
      cwd: root,
      env: { ...process.env, HOST: '127.0.0.1', PORT: '0', STATUSLINE_DATA: join(folder, 'data'), LOG_LEVEL: 'silent' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const lines: string[] = []
    const ended = new Promise<number | null>((resolve) => shell.once('exit', resolve))
    createInterface({ input: shell.stdout }).on('line', (line) => lines.push(line))
    await pollUntil(() => lines.some((line) => /^ready http:\/\/127\.0\.0\.1:\d+$/.test(line)), {
      deadlineMs: 180_000,
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
