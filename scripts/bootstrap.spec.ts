import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'

interface Run {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Stands for npm: writes down what it was asked, does what the real one would leave behind, fails on demand. */
const FAKE_NPM = `#!/bin/sh
echo "$1 $2" >> "$CALLS"
if [ "$1" = ci ]; then rm -rf node_modules && mkdir -p node_modules; fi
if [ "$2" = build ]; then rm -rf dist && mkdir -p dist/apps/cli && cp apps/cli/main.js dist/apps/cli/; fi
echo "noise on stdout"
exit "\${NPM_CODE:-0}"
`

/** Stands for the program: says where and with what it runs. */
const FAKE_PROGRAM = `
if (process.argv[2] === 'wait') { process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1000); console.log('waiting') }
else { console.log(JSON.stringify({ cwd: process.cwd(), argv: process.argv.slice(2) })); process.exitCode = 3 }
`

let root: string

beforeEach(() => {
  root = mkdtempSync(join(realpathSync(tmpdir()), 'statusline-bootstrap-'))
  for (const name of ['scripts/bootstrap.mjs', 'apps/cli/bin.mjs']) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    copyFileSync(name, join(root, name))
  }
  put('.swcrc', '{}')
  put('package-lock.json', '{}')
  put('package.json', '{"type":"module"}')
  put('apps/cli/main.js', FAKE_PROGRAM)
  put('bin/npm', FAKE_NPM)
  chmodSync(join(root, 'bin/npm'), 0o755)
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('bootstrap', () => {
  it('installs and builds once, with one line per step on standard error and nothing on standard output', async () => {
    const first = await bootstrap()
    expect(first).toMatchObject({ code: 0, stdout: '' })
    expect(first.stderr).toMatch(
      /^statusline: installing dependencies \(npm ci\) …\nstatusline: installing dependencies \(npm ci\): \d+\.\d s\nstatusline: building \(npm run build\) …\nstatusline: building \(npm run build\): \d+\.\d s\n$/,
    )
    expect(await bootstrap()).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(calls()).toEqual(['ci --include=dev', 'run build'])
    expect(existsSync(join(root, '.statusline-bootstrap.lock'))).toBe(false)
  })

  const changes: [string, () => void, string[]][] = [
    ['the lock file changed', () => put('package-lock.json', '{"v":2}'), ['ci --include=dev']],
    ['node_modules is gone', () => rmSync(join(root, 'node_modules'), { recursive: true }), ['ci --include=dev']],
    ['a source changed', () => put('libs/event/x.ts', 'export {}'), ['run build']],
    ['a source was renamed', () => put('libs/event/y.ts', ''), ['run build']],
    ['dist is gone', () => rmSync(join(root, 'dist'), { recursive: true }), ['run build']],
    ['only a test changed', () => put('libs/event/x.spec.ts', 'x'), []],
    ['only the documentation changed', () => put('docs/x.md', 'x'), []],
  ]
  it.each(changes)('does only what is needed when %s', async (_, change, expected) => {
    await bootstrap()
    change()
    await bootstrap()
    expect(calls().slice(2)).toEqual(expected)
  })

  it('fails with the code and the output of the tool, and tries again next time', async () => {
    const failed = await bootstrap({ NPM_CODE: '42' })
    expect(failed.code).toBe(42)
    expect(failed.stderr).toContain('noise on stdout')
    expect(failed.stderr).toContain('installing dependencies (npm ci) failed with exit code 42')
    expect((await bootstrap()).code).toBe(0)
  })

  it('does the work once when several run at the same time', async () => {
    const runs = await Promise.all([bootstrap(), bootstrap(), bootstrap()])
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0])
    expect(calls()).toEqual(['ci --include=dev', 'run build'])
  })

  it.each([
    ['a process that ended', '4194303', 0],
    ['a living process that took over its number', String(process.pid), 60],
  ])('is not held up by the lock of %s', async (_, pid, ageSeconds) => {
    put('.statusline-bootstrap.lock', pid)
    const then = new Date(Date.now() - ageSeconds * 1_000)
    utimesSync(join(root, '.statusline-bootstrap.lock'), then, then)
    expect((await bootstrap()).code).toBe(0)
  })

  it('says plainly that Node is too old', async () => {
    const old = `data:text/javascript,Object.defineProperty(process,'versions',{value:{node:'18.19.1'}})`
    const run = await node(['--import', old, join(root, 'scripts/bootstrap.mjs')])
    expect(run).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'statusline: Node 18.19.1 is too old; Statusline needs 20.19 or newer to start (it then brings its own Node 24)\n',
    })
  })
})

describe('npx statusline', () => {
  it('gets ready, then passes on arguments, folder and exit code', async () => {
    const elsewhere = realpathSync(tmpdir())
    const run = await node([join(root, 'apps/cli/bin.mjs'), 'codes', '429', '--json'], {}, elsewhere)
    expect(run.code).toBe(3)
    expect(JSON.parse(run.stdout)).toEqual({ cwd: elsewhere, argv: ['codes', '429', '--json'] })
  })

  it('passes signals on and ends as the program ends', async () => {
    await bootstrap()
    const child = spawn(process.execPath, [join(root, 'apps/cli/bin.mjs'), 'wait'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: environment(),
    })
    await once(child.stdout, 'data')
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([7, null])
  })
})

function put(name: string, content: string): void {
  mkdirSync(dirname(join(root, name)), { recursive: true })
  writeFileSync(join(root, name), content)
}

function calls(): string[] {
  return readFileSync(join(root, 'calls'), 'utf8').trim().split('\n')
}

function environment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${join(root, 'bin')}:${process.env['PATH']}`, CALLS: join(root, 'calls'), ...extra }
}

function bootstrap(extra: Record<string, string> = {}): Promise<Run> {
  return node([join(root, 'scripts/bootstrap.mjs')], extra)
}

async function node(args: string[], extra: Record<string, string> = {}, cwd = root): Promise<Run> {
  const child = spawn(process.execPath, args, { cwd, env: environment(extra), stdio: ['ignore', 'pipe', 'pipe'] })
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ])
  return { code, stdout, stderr }
}
