import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, dirname, join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

// Runs before anything is installed, on any Node from 20.19 on: no dependencies here.

const OLDEST_NODE = [20, 19]
const SOURCES = ['apps', 'libs', 'migrations', 'bench', 'package.json', '.swcrc', 'tsconfig.json']
const LOCK_STALE_MS = 10_000
const KEPT_OUTPUT = 64 * 1024

const self = fileURLToPath(import.meta.url)
const root = dirname(dirname(self))
const installMarker = join(root, 'node_modules', '.statusline-install')
const buildMarker = join(root, 'dist', '.statusline-build')
const lock = join(root, '.statusline-bootstrap.lock')

/** Installs and builds what is missing or outdated; exits with the code of the tool that fails. Does nothing, silently, when all is there. */
export async function bootstrap() {
  refuseOldNode()
  if (steps().length === 0) return
  await withLock(async () => {
    // Asked again: another process may have done the work while this one waited.
    for (let step = steps()[0]; step !== undefined; step = steps()[0]) await step.run()
  })
}

function refuseOldNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return
  fail(
    `Node ${process.versions.node} is too old; Statusline needs ${OLDEST_NODE.join('.')} or newer to start (it then brings its own Node 24)`,
    1,
  )
}

/** What is left to do, in order. The hash is of the state before the step, so that a change during the step is seen next time. */
function steps() {
  // A packed installation has no sources and needs neither step.
  if (!existsSync(join(root, '.swcrc'))) return []
  const left = []
  const installHash = hashOf(['package-lock.json'], `${process.platform}-${process.arch}`)
  if (read(installMarker) !== installHash) left.push({ run: () => install(installHash) })
  const buildHash = hashOf(SOURCES, '')
  if (read(buildMarker) !== buildHash) left.push({ run: () => build(buildHash) })
  return left
}

async function install(hash) {
  // Production mode would leave out the compiler; skipped scripts would leave out Node 24.
  const args = ['ci', '--include=dev', '--include=optional', '--ignore-scripts=false', '--no-audit', '--no-fund']
  await step('installing dependencies (npm ci)', args)
  writeFileSync(installMarker, hash)
}

async function build(hash) {
  await step('building (npm run build)', ['run', 'build'])
  mkdirSync(dirname(buildMarker), { recursive: true })
  writeFileSync(buildMarker, hash)
}

async function step(name, npmArgs) {
  say(`${name} …`)
  const startedMs = performance.now()
  const { code, output } = await runNpm(npmArgs)
  if (code === 0) return say(`${name}: ${((performance.now() - startedMs) / 1000).toFixed(1)} s`)
  process.stderr.write(output)
  release()
  fail(`${name} failed with exit code ${code}`, code)
}

/** npm may replace node_modules/.bin/node under us, so it runs on the Node from outside the project. */
function runNpm(args) {
  const path = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.startsWith(join(root, 'node_modules')))
  const child = spawn('npm', args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: path.join(delimiter) },
    shell: process.platform === 'win32',
  })
  let output = ''
  const keep = (chunk) => (output = (output + chunk).slice(-KEPT_OUTPUT))
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const forward = (signal) => child.kill(signal)
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, forward)
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 127, output: `npm cannot be started: ${error.message}\n` }))
    child.on('close', (code, signal) => resolve({ code: code ?? (signal === 'SIGINT' ? 130 : 143), output }))
  })
}

async function withLock(work) {
  let said = false
  while (!take()) {
    if (!said) say('waiting for another installation or build of this folder …')
    said = true
    await sleep(100)
  }
  const heartbeat = setInterval(touch, LOCK_STALE_MS / 10)
  process.once('exit', release)
  try {
    await work()
  } finally {
    clearInterval(heartbeat)
    release()
  }
}

let locked = false

function take() {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    locked = true
  } catch (error) {
    if (error.code !== 'EEXIST') fail(`cannot write ${lock}: ${error.message}`, 1)
    if (isAbandoned()) rmSync(lock, { force: true })
  }
  return locked
}

/** The holder touches the lock each second; one that was killed does not. */
function isAbandoned() {
  const stat = statSync(lock, { throwIfNoEntry: false })
  return stat !== undefined && (Date.now() - stat.mtimeMs > LOCK_STALE_MS || !isAlive(Number(read(lock))))
}

function isAlive(pid) {
  // Empty for the instant between its creation and its first byte.
  if (pid === 0) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function touch() {
  const now = new Date()
  utimesSync(lock, now, now)
}

function release() {
  if (locked) rmSync(lock, { force: true })
  locked = false
}

function hashOf(names, salt) {
  const hash = createHash('sha256').update(salt)
  for (const path of names.flatMap((name) => filesBelow(join(root, name)))) {
    hash.update(`\0${relative(root, path)}\0`).update(readFileSync(path))
  }
  return hash.digest('hex')
}

function filesBelow(path) {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return []
  if (!stat.isDirectory()) return [path]
  const names = readdirSync(path).sort()
  return names
    .filter((name) => !/^node_modules$|^dist$|spec\.ts$/.test(name))
    .flatMap((name) => filesBelow(join(path, name)))
}

function read(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

function say(line) {
  process.stderr.write(`statusline: ${line}\n`)
}

function fail(line, code) {
  say(line)
  process.exit(code)
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === self) await bootstrap()
