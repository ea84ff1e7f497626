import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { freePort, pollUntil } from '#testing'

const BIN = '/usr/lib/postgresql/15/bin'

/** Debian's PostgreSQL 15 on a folder and a port of its own; as the user `postgres` where the test runs as root. */
export class Postgres15 {
  private constructor(
    private readonly folder: string,
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  /** `settings` are given on its command line. */
  static async start(settings: Record<string, string> = {}): Promise<Postgres15> {
    const folder = await mkdtemp(join(tmpdir(), 'statusline-pg15-'))
    const user = userToBe()
    if (user !== null) await chown(folder, user.uid, user.gid)
    await chmod(folder, 0o700)
    const data = join(folder, 'data')
    const made = spawnSync(
      `${BIN}/initdb`,
      ['-D', data, '-U', 'statusline', '-A', 'trust', '-E', 'UTF8', '--no-sync'],
      {
        encoding: 'utf8',
        cwd: folder,
        ...user,
      },
    )
    if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`)
    const port = await freePort()
    const all = { listen_addresses: '127.0.0.1', unix_socket_directories: '', port: String(port), ...settings }
    const args = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const child = spawn(`${BIN}/postgres`, ['-D', data, ...args], { stdio: 'ignore', cwd: folder, ...user })
    const url = `postgresql://statusline@127.0.0.1:${port}/postgres`
    await pollUntil(() => answers(url), { deadlineMs: 30_000, what: 'PostgreSQL 15 to answer' })
    return new Postgres15(folder, child, url)
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.child.once('exit', resolve))
    this.child.kill('SIGINT')
    await gone
    await rm(this.folder, { recursive: true, force: true })
  }
}

const idOf = (flag: string) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout)

/** Postgres refuses to run as root. */
function userToBe(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null
  return { uid: idOf('-u'), gid: idOf('-g') }
}

async function answers(url: string): Promise<boolean> {
  const client = new Client(url)
  client.on('error', () => undefined)
  try {
    await client.connect()
    return true
  } finally {
    await client.end()
  }
}
