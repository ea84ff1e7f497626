import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, pollUntil } from '#testing'
import { SilentUpstream } from './silent-upstream.js'
import { ended, statusOf } from './gateway-process.js'

/** Paths by the status that HAProxy is known to answer with. */
export const PATHS = {
  200: '/ok',
  403: '/denied',
  404: '/missing',
  429: '/limited',
  503: '/dead',
  504: '/late',
} as const

/** How one frontend logs: `log` as in its configuration, and the rings that it needs. */
export interface HaproxyLog {
  readonly log: string
  readonly rings?: string
}

/** A real HAProxy on loopback with a frontend for each way to log; a frontend is also the backend that its log names. */
export class Haproxy<Name extends string> {
  private constructor(
    private readonly ports: Readonly<Record<Name, number>>,
    private readonly folder: string,
    private readonly child: ChildProcess,
    private readonly silent: SilentUpstream,
  ) {}

  static async start<Name extends string>(logs: Readonly<Record<Name, HaproxyLog>>): Promise<Haproxy<Name>> {
    const folder = await mkdtemp(join(tmpdir(), 'statusline-haproxy-'))
    const silent = await SilentUpstream.start()
    const names = Object.keys(logs) as Name[]
    const ports = Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await freePort()] as const)),
    ) as Record<Name, number>
    const sections = names.map((name) => section(name, ports[name], logs[name], silent.port))
    const file = join(folder, 'haproxy.cfg')
    await writeFile(file, `${DEFAULTS}${sections.join('')}`)
    const child = spawn('haproxy', ['-db', '-f', file], { stdio: ['ignore', 'inherit', 'inherit'] })
    const haproxy = new Haproxy(ports, folder, child, silent)
    await pollUntil(() => haproxy.listens(ports[names[0]!]), { deadlineMs: 30_000, what: 'HAProxy to listen' })
    return haproxy
  }

  /** Status of one GET of a frontend. */
  get(name: Name, path: string): Promise<number> {
    return statusOf(this.ports[name], path)
  }

  async stop(): Promise<void> {
    await ended(this.child)
    await this.silent.stop()
    await rm(this.folder, { recursive: true, force: true })
  }

  /** Asked without a request, which would be logged. */
  private listens(port: number): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy()
        resolve(true)
      })
      socket.once('error', () => resolve(false))
    })
  }
}

const DEFAULTS = `
defaults
  mode http
  option httplog
  option dontlognull
  timeout connect 1h
  timeout client 1h
  timeout server 1h
`

const section = (name: string, port: number, { log, rings = '' }: HaproxyLog, silentPort: number) => `
${rings}
frontend ${name}
  bind 127.0.0.1:${port}
  log ${log}
  http-request return status 200 content-type text/plain string fine if { path_beg /ok }
  http-request deny deny_status 403 if { path_beg /denied }
  http-request deny deny_status 429 if { path_beg /limited }
  http-request return status 404 content-type text/plain string no if { path_beg /missing }
  use_backend ${name}-late if { path_beg /late }
  default_backend ${name}-dead
backend ${name}-dead
backend ${name}-late
  timeout server 20ms
  server silent 127.0.0.1:${silentPort}
`
