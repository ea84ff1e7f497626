import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pollUntil } from '#testing'

const ROOT = new URL('../../', import.meta.url).pathname
const DEADLINE_MS = 240_000

/** Without `predemo`, which would build in the middle of the suite when a source has changed. */
const COMMANDS: Readonly<Record<string, readonly [command: string, ...args: string[]]>> = {
  'statusline demo': [process.execPath, join(ROOT, 'dist/apps/cli/main.js'), 'demo'],
  'npm run demo': ['npm', 'run', '--ignore-scripts', 'demo'],
}

/** A demo under way, in a process group and with a folder for temporary files of its own. */
class Demo {
  readonly lines: string[] = []
  said = ''
  /** Its exit code, or the signal that ended it; undefined while it runs. */
  end: number | NodeJS.Signals | null | undefined

  private constructor(
    readonly folder: string,
    private readonly child: ChildProcess,
  ) {
    createInterface({ input: child.stdout! }).on('line', (line) => this.lines.push(line))
    child.stderr!.on('data', (chunk: Buffer) => (this.said += chunk.toString()))
    child.once('close', (code, signal) => (this.end = code ?? signal))
  }

  static async start(name: string): Promise<Demo> {
    const [command, ...args] = COMMANDS[name]!
    const folder = await mkdtemp(join(tmpdir(), 'statusline-demo-test-'))
    const env = { ...process.env, TMPDIR: folder, npm_config_loglevel: 'error', npm_config_update_notifier: 'false' }
    const child = spawn(command, args, { cwd: ROOT, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    return new Demo(folder, child)
  }

  async reaches(moment: string, isThere: () => boolean): Promise<void> {
    await pollUntil(isThere, { deadlineMs: DEADLINE_MS, what: `the demo to be ${moment}; it said ${this.said}` })
  }

  /** As a terminal does it, to all that runs in it; or to the one process that a supervisor knows. */
  send(signal: NodeJS.Signals): void {
    process.kill(signal === 'SIGTERM' ? this.child.pid! : -this.child.pid!, signal)
  }

  /** As `head` does when it has read enough. */
  stopReading(): void {
    this.child.stdout!.destroy()
  }

  /** Ids of all processes that the demo started: they have its folder in their environment or their arguments. */
  processes(): number[] {
    const names = (pid: string, what: string): boolean => {
      try {
        return readFileSync(`/proc/${pid}/${what}`, 'utf8').includes(this.folder)
      } catch {
        return false
      }
    }
    return readdirSync('/proc')
      .filter((pid) => /^\d+$/.test(pid) && (names(pid, 'environ') || names(pid, 'cmdline')))
      .map(Number)
  }

  /** What it leaves behind in the folder for temporary files; npm's own cache of compiled code is npm's. */
  leftovers(): string[] {
    return readdirSync(this.folder).filter((name) => name !== 'node-compile-cache')
  }
}

const MOMENTS: Readonly<Record<string, (demo: Demo) => boolean>> = {
  'about to start': ({ lines }) => lines.some((line) => line.startsWith('starting ')),
  'starting its database': ({ folder }) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).some((path) => path.endsWith('PG_VERSION')),
  playing: ({ lines }) => lines.some((line) => line.startsWith('sent an hour')),
}

let demo: Demo | undefined

afterEach(async () => {
  for (const pid of demo?.processes() ?? []) process.kill(pid, 'SIGKILL')
  if (demo !== undefined && existsSync(demo.folder)) await rm(demo.folder, { recursive: true, force: true })
  demo = undefined
})

async function expectNothingLeft(ended: Demo): Promise<void> {
  // A hangup ends npm at once, and the demo by itself.
  const isOver = () => ended.end !== undefined && ended.processes().length === 0
  await pollUntil(isOver, { deadlineMs: DEADLINE_MS, what: 'the demo and all that it started to end' })
  expect({ said: ended.said, leftovers: ended.leftovers() }).toEqual({ said: '', leftovers: [] })
  // It did not play on to its end.
  expect(ended.end).not.toBe(0)
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const cases = SIGNALS.flatMap((signal) => [
  ...Object.keys(MOMENTS).map((moment) => ['statusline demo', signal, moment] as const),
  ['npm run demo', signal, 'playing'] as const,
])

it.each([...cases, ['npm run demo', 'SIGTERM', 'about to start'] as const])(
  '%s ends quietly by %s while it is %s, and leaves nothing behind',
  async (name, signal, moment) => {
    const started = (demo = await Demo.start(name))
    await started.reaches(moment, () => MOMENTS[moment]!(started))
    expect(started.processes()).not.toEqual([])
    started.send(signal)
    await expectNothingLeft(started)
  },
)

it.each(Object.keys(COMMANDS))('%s ends quietly when nobody reads on, and leaves nothing behind', async (name) => {
  const started = (demo = await Demo.start(name))
  await started.reaches('read', () => started.lines.length > 0)
  started.stopReading()
  await expectNothingLeft(started)
})
