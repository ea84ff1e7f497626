import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, pollUntil } from '#testing'
import { ended, statusOf } from './gateway-process.js'

/** A real Caddy on loopback with a site whose log goes to a file and one whose log goes to a TCP port. */
export class Caddy {
  private constructor(
    private readonly folder: string,
    private readonly ports: Readonly<Record<'file' | 'net', number>>,
    private readonly child: ChildProcess,
  ) {}

  get accessLog(): string {
    return join(this.folder, 'access.log')
  }

  static async start(logPort: number): Promise<Caddy> {
    const folder = await mkdtemp(join(tmpdir(), 'statusline-caddy-'))
    const ports = { file: await freePort(), net: await freePort() }
    const config = join(folder, 'Caddyfile')
    const outputs = { file: `file ${join(folder, 'access.log')}`, net: `net tcp/127.0.0.1:${logPort}` }
    await writeFile(config, `${OPTIONS}${site(ports.file, outputs.file)}${site(ports.net, outputs.net)}`)
    const child = spawn('caddy', ['run', '--config', config, '--adapter', 'caddyfile'], {
      env: { ...process.env, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
      stdio: 'ignore',
    })
    const caddy = new Caddy(folder, ports, child)
    await pollUntil(async () => (await caddy.get('file', '/200').catch(() => 0)) === 200, {
      deadlineMs: 30_000,
      what: 'Caddy to answer',
    })
    return caddy
  }

  /** Status of one GET of a site; the path is the status. */
  get(to: 'file' | 'net', path: string): Promise<number> {
    return statusOf(this.ports[to], path)
  }

  async stop(): Promise<void> {
    await ended(this.child)
    await rm(this.folder, { recursive: true, force: true })
  }
}

const OPTIONS = `
{
  admin off
  auto_https off
}
`

const site = (port: number, output: string) => `
http://127.0.0.1:${port} {
  log {
    output ${output}
    format json
  }
  respond /200 "fine" 200
  respond /404 404
  respond /429 429
  respond /503 503
  respond 404
}
`
