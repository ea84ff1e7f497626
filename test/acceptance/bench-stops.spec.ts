import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pollUntil } from '#testing'

const MAIN = new URL('../../dist/bench/main.js', import.meta.url).pathname
const DEADLINE_MS = 120_000

let temporary: string
let bench: ChildProcess

beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'statusline-bench-test-'))
})

afterEach(async () => {
  if (bench.exitCode === null) bench.kill('SIGKILL')
  for (const { pid } of processes()) process.kill(pid, 'SIGKILL')
  await rm(temporary, { recursive: true, force: true, maxRetries: 10 })
})

/** Everything whose command line or environment names the folder for temporary files: the benchmark and all that it started. */
function processes(): { readonly pid: number; readonly command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')
        const named = command + readFileSync(`/proc/${name}/environ`, 'utf8')
        return named.includes(temporary) ? [{ pid: Number(name), command }] : []
      } catch {
        return []
      }
    })
}

/** The first process with these words in its command. */
const running = (words: string) => processes().find(({ command }) => command.includes(words))

/** Paths of all files of the benchmark that contain these words. */
const holds = (words: string) =>
  readdirSync(temporary, { recursive: true }).some((path) => String(path).includes(words))

interface Ended {
  readonly code: number | null
  readonly said: string
}

/** Starts a part in a process group of its own and answers with how it ends. */
function start(args: string): Promise<Ended> {
  bench = spawn(process.execPath, [MAIN, '--only', ...args.split(' ')], {
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let said = ''
  for (const stream of [bench.stdout, bench.stderr]) stream!.on('data', (chunk: Buffer) => (said += chunk.toString()))
  return once(bench, 'close').then(([code]) => ({ code: code as number | null, said }))
}

const until = <T>(what: string, ask: () => T) => pollUntil(ask, { deadlineMs: DEADLINE_MS, everyMs: 5, what })

const LOAD = 'ingest --smoke --seconds 60'
const SCAN = 'scan --runs 1 --lines 200000'
/** As shells count. */
const CODES: Partial<Record<NodeJS.Signals, number>> = { SIGINT: 130, SIGTERM: 143 }

describe('a signal ends the benchmark and all that it started', () => {
  it.each<[string, string, () => unknown, NodeJS.Signals, 'group' | 'process']>([
    ['while its first database is made', LOAD, () => holds('unfinished-'), 'SIGINT', 'group'],
    ['while its first database is made', LOAD, () => holds('unfinished-'), 'SIGTERM', 'process'],
    ['while a server starts', LOAD, () => running('server/main.js'), 'SIGINT', 'group'],
    ['while a server is loaded', LOAD, () => running('loader.js'), 'SIGINT', 'group'],
    ['while a server is loaded', LOAD, () => running('loader.js'), 'SIGTERM', 'process'],
    ['while it fills a database', 'query --runs 1', () => holds('postmaster.pid'), 'SIGINT', 'process'],
    ['while a program reads a file', SCAN, () => running('scan-child.js'), 'SIGINT', 'group'],
    ['while a program reads a file', SCAN, () => running('scan-child.js'), 'SIGINT', 'process'],
  ])('%s', async (instant, args, isReached, signal, target) => {
    const ended = start(args)
    await until(instant, isReached)
    process.kill(target === 'group' ? -bench.pid! : bench.pid!, signal)
    const { code, said } = await ended
    expect({ code, left: [...processes(), ...readdirSync(temporary)] }).toEqual({ code: CODES[signal], left: [] })
    expect(said.trimEnd().split('\n').at(-1)).toBe(`stopped by ${signal}`)
  })

  it('at once where a second one comes while something hangs', async () => {
    const ended = start(LOAD)
    const { pid } = await until('a loaded server', () => running('loader.js') && running('server/main.js'))
    process.kill(pid, 'SIGSTOP')
    const pressing = setInterval(() => process.kill(bench.pid!, 'SIGINT'), 300)
    const beganAt = performance.now()
    const { code } = await ended.finally(() => clearInterval(pressing))
    expect(code).toBe(130)
    // What hangs is made to end after 30 s only.
    expect(performance.now() - beganAt).toBeLessThan(20_000)
    expect(running('server/main.js')?.pid).toBe(pid)
  })
})
