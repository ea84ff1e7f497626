import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pollUntil, ServerProcess, START_FLAGS } from '#testing'
import { processesOn } from './processes-on.js'

const MAIN = new URL('../../dist/apps/server/main.js', import.meta.url).pathname
const DEADLINE_MS = 120_000

/** What can be seen of a start, from outside. */
interface Sight {
  readonly data: string
  readonly said: () => string
}

type Instant = readonly [name: string, isReached: (sight: Sight) => boolean]

const holds = ({ data }: Sight, name: string): boolean =>
  existsSync(data) && readdirSync(data).some((entry) => entry.startsWith(name))

/** The state of the database as its postmaster.pid tells it: `starting` or `ready`. */
function databaseIs({ data }: Sight, state: string): boolean {
  try {
    return readFileSync(join(data, 'cluster', 'postmaster.pid'), 'utf8').includes(`\n${state}`)
  } catch {
    return false
  }
}

const ALWAYS: readonly Instant[] = [
  ['when it takes the folder', (sight) => holds(sight, 'owner.')],
  ['when the database starts', (sight) => databaseIs(sight, 'starting')],
  ['when the database is ready', (sight) => databaseIs(sight, 'ready')],
  ['when the schema is there', ({ said }) => said().includes('database is ready')],
]
const FIRST: readonly Instant[] = [
  ...ALWAYS,
  ['when initdb begins', (sight) => holds(sight, 'unfinished-')],
  ['when the cluster is there', (sight) => holds(sight, 'cluster')],
  ['when the partitions are there', ({ said }) => said().includes('partitions kept up')],
]

interface Ended {
  readonly code: number | null
  readonly killedBy: NodeJS.Signals | null
  readonly stdout: string
  readonly said: readonly string[]
}

/** One start on a folder. */
interface Attempt extends Ended {
  /** The instant went by between two looks, and the start came to its end. */
  readonly missed: boolean
}

/**
 * Starts the server on a folder and signals it, or its whole group as a terminal does, at an instant of its start. Some last a few
 * milliseconds: where one was missed, it is all done again, from nothing for a first start.
 */
async function stoppedAt(
  data: string,
  isReached: Instant[1],
  signal: NodeJS.Signals,
  target: 'process' | 'group',
  env: Record<string, string> = {},
): Promise<Ended> {
  const isFirst = !existsSync(data)
  const sinceMs = performance.now()
  for (;;) {
    const { missed, ...ended } = await attempt(data, isReached, signal, target, env)
    if (!missed) return ended
    if (performance.now() - sinceMs > DEADLINE_MS) throw new Error('the instant was missed at every start')
    if (isFirst) await rm(data, { recursive: true })
  }
}

async function attempt(
  data: string,
  isReached: Instant[1],
  signal: NodeJS.Signals,
  target: 'process' | 'group',
  env: Record<string, string>,
): Promise<Attempt> {
  const child = spawn(process.execPath, [...START_FLAGS, MAIN], {
    env: { ...process.env, HOST: '127.0.0.1', PORT: '0', STATUSLINE_DATA: data, LOG_LEVEL: 'info', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const ended = new Promise<readonly [number | null, NodeJS.Signals | null]>((resolve) =>
    child.once('close', (code, killedBy) => resolve([code, killedBy])),
  )
  await pollUntil(() => isReached({ data, said: () => stderr }) || stdout.includes('ready '), {
    deadlineMs: DEADLINE_MS,
    everyMs: 2,
    what: 'the instant',
  })
  const missed = stdout.includes('ready ')
  process.kill(target === 'group' ? -child.pid! : child.pid!, signal)
  const [code, killedBy] = await ended
  const said = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('{'))
  return { missed, code, killedBy, stdout, said }
}

const stoppedEarly = (signal: string): Ended => ({
  code: 0,
  killedBy: null,
  stdout: '',
  said: [`stopped by ${signal} before it was ready`],
})

/** What must not be there once the process is gone. */
function leftBehind(folder: string): { processes: number[]; files: string[] } {
  const data = join(folder, 'data')
  const files = existsSync(data) ? readdirSync(data) : []
  return { processes: processesOn(folder), files: files.filter((name) => /^(owner\.|unfinished-)/.test(name)) }
}

const NOTHING = { processes: [], files: [] }

describe('a signal during the start stops in order and leaves nothing behind', () => {
  it('while its modules load', async () => {
    const signalItself = `let isListening = false
    process.on('newListener', (event) => {
      if (event !== 'SIGTERM' || isListening) return
      isListening = true
      queueMicrotask(() => process.kill(process.pid, 'SIGTERM'))
    })`
    const folder = await mkdtemp(join(tmpdir(), 'statusline-early-'))
    const { code, stdout, stderr } = await ServerProcess.refused({
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(signalItself)}`,
      STATUSLINE_DATA: join(folder, 'data'),
      LOG_LEVEL: 'error',
    })
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: '',
      stderr: 'stopped by SIGTERM before it was ready\n',
    })
    expect(leftBehind(folder)).toEqual(NOTHING)
    await rm(folder, { recursive: true })
  })

  it.each(FIRST)('at the first start, %s', async (_name, isReached) => {
    const folder = await mkdtemp(join(tmpdir(), 'statusline-early-'))
    expect(await stoppedAt(join(folder, 'data'), isReached, 'SIGTERM', 'process')).toEqual(stoppedEarly('SIGTERM'))
    expect(leftBehind(folder)).toEqual(NOTHING)
    await rm(folder, { recursive: true })
  })

  it.each(FIRST.filter(([name]) => name.includes('initdb') || name.includes('ready')))(
    'at the first start, %s, by a Ctrl-C that reaches its whole group',
    async (_name, isReached) => {
      const folder = await mkdtemp(join(tmpdir(), 'statusline-early-'))
      expect(await stoppedAt(join(folder, 'data'), isReached, 'SIGINT', 'group')).toEqual(stoppedEarly('SIGINT'))
      expect(leftBehind(folder)).toEqual(NOTHING)
      await rm(folder, { recursive: true })
    },
  )

  it('while it waits for a database that says nothing', async () => {
    const held: Socket[] = []
    const database = createServer((socket) => void held.push(socket))
    await new Promise<void>((resolve) => database.listen(0, '127.0.0.1', resolve))
    const { port } = database.address() as AddressInfo
    const folder = await mkdtemp(join(tmpdir(), 'statusline-early-'))
    const env = { DATABASE_URL: `postgresql://x@127.0.0.1:${port}/x` }
    const ended = await stoppedAt(join(folder, 'data'), () => held.length > 0, 'SIGTERM', 'process', env)
    expect(ended).toEqual(stoppedEarly('SIGTERM'))
    for (const socket of held) socket.destroy()
    database.close()
    await rm(folder, { recursive: true })
  })

  it('at a later start, at every instant, after which it starts as ever', async () => {
    const server = await ServerProcess.start()
    await server.json('/v1/ingest/edge', '{"status":200}')
    expect(await server.end('SIGTERM')).toBe(0)
    for (const [name, isReached] of ALWAYS) {
      const ended = await stoppedAt(join(server.dataDir, 'data'), isReached, 'SIGTERM', 'process')
      expect({ name, ...ended, ...leftBehind(server.dataDir) }).toEqual({
        name,
        ...stoppedEarly('SIGTERM'),
        ...NOTHING,
      })
    }
    await server.start()
    expect(await server.text('/metrics')).toContain('code="200",outcome="success"} 1')
    await server.remove()
  })
})
