import { spawn, spawnSync } from 'node:child_process'
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from './free-port.js'

const BIN = '/usr/lib/postgresql/15/bin'

/** A throw-away cluster of Debian's PostgreSQL 15. */
export interface Postgres15 {
  /** URL of its maintenance database, with the right to create databases. */
  readonly url: string
  /** Stops it and removes its folder. */
  stop(): Promise<void>
}

/**
 * Starts Debian's PostgreSQL 15 on a folder and a port of its own; as the user `postgres` where the test runs as root.
 * `settings` are given on its command line. Throws with the last words of the server when it ends first.
 */
export async function startPostgres15(settings: Readonly<Record<string, string>> = {}): Promise<Postgres15> {
  const folder = await mkdtemp(join(tmpdir(), 'statusline-pg15-'))
  const user = userToBe()
  if (user !== null) await chown(folder, user.uid, user.gid)
  await chmod(folder, 0o700)
  const data = join(folder, 'data')
  const initdb = ['-D', data, '-U', 'statusline', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']
  const made = spawnSync(join(BIN, 'initdb'), initdb, { encoding: 'utf8', cwd: folder, ...user })
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr ?? String(made.error)}`)
  const port = await freePort()
  const all = { listen_addresses: '127.0.0.1', unix_socket_directories: '', port: String(port), ...settings }
  const args = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = spawn(join(BIN, 'postgres'), ['-D', data, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    cwd: folder,
    ...user,
  })
  const gone = new Promise((resolve) => child.once('exit', resolve))
  await readyLine(child.stderr)
  return {
    url: `postgresql://statusline@127.0.0.1:${port}/postgres`,
    stop: async () => {
      child.kill('SIGINT')
      await gone
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Reads the log up to the line that says that connections are taken; what follows is thrown away. */
async function readyLine(log: NodeJS.ReadableStream): Promise<void> {
  const words: string[] = []
  for await (const line of createInterface({ input: log })) {
    words.push(line)
    if (!line.includes('ready to accept connections')) continue
    log.resume()
    return
  }
  throw new Error(`PostgreSQL 15 did not start:\n${words.join('\n')}`)
}

/** Postgres refuses to run as root. */
function userToBe(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null
  return { uid: idOf('-u'), gid: idOf('-g') }
}

const idOf = (flag: string) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout)
