import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent, request, type ClientRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, pollUntil } from '#testing'
import { SilentUpstream } from './silent-upstream.js'

/** The requests whose status nginx is known to answer with. */
export const LOCATIONS = {
  200: '/ok',
  301: '/moved',
  404: '/missing',
  429: '/limited',
  499: '/hang',
  502: '/dead',
  504: '/late',
} as const

/** How nginx logs a client that left before its answer. */
const LEFT = 499

/** A real nginx on loopback, with one upstream that is dead and one that never answers. */
export class Nginx {
  /** What its clients saw, by status: one for each request that it must have logged. */
  readonly seen: Record<string, number> = {}
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 })

  private constructor(
    readonly folder: string,
    private readonly port: number,
    private readonly child: ChildProcess,
    private readonly silent: SilentUpstream,
  ) {}

  get accessLog(): string {
    return join(this.folder, 'access.log')
  }

  /** `alsoTo`: another place for its access log, such as `syslog:server=…`. */
  static async start(alsoTo: string | null = null): Promise<Nginx> {
    const folder = await mkdtemp(join(tmpdir(), 'statusline-nginx-'))
    // The workers of a root's nginx are nobody, and open the log again by its path.
    await chmod(folder, 0o711)
    const port = await freePort()
    const silent = await SilentUpstream.start()
    await writeFile(join(folder, 'nginx.conf'), configuration(folder, port, silent.port, alsoTo))
    const child = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')], {
      stdio: 'inherit',
    })
    const nginx = new Nginx(folder, port, child, silent)
    await pollUntil(async () => (await nginx.get('/ok').catch(() => 0)) === 200, {
      deadlineMs: 60_000,
      what: 'nginx to answer',
    })
    return nginx
  }

  /** Status of one GET. */
  get(path: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const asked = this.ask(path, reject)
      asked.on('response', (response) => {
        response.resume()
        response.on('end', () => resolve(this.note(response.statusCode ?? 0)))
      })
    })
  }

  /** A GET whose client leaves without an answer, as soon as the silent upstream has the request. */
  async leave(path: string): Promise<number> {
    const arrived = this.silent.received(path)
    const asked = this.ask(path, () => undefined)
    const gone = new Promise((resolve) => asked.once('close', resolve))
    await arrived
    asked.destroy()
    await gone
    return this.note(LEFT)
  }

  private ask(path: string, failed: (error: Error) => void): ClientRequest {
    return request({ host: '127.0.0.1', port: this.port, path, agent: this.agent }).on('error', failed).end()
  }

  private note(status: number): number {
    this.seen[status] = (this.seen[status] ?? 0) + 1
    return status
  }

  /** Asks nginx to open its log anew, as logrotate does after a rename. */
  reopenLogs(): void {
    this.child.kill('SIGUSR1')
  }

  /** Lines per status code, counted by awk as anybody would. */
  awkCounts(...logs: string[]): Record<string, number> {
    const awk = spawnSync('awk', ['{c[$9]++} END {for (s in c) print s, c[s]}', ...logs], { encoding: 'utf8' })
    return Object.fromEntries(
      awk.stdout
        .trim()
        .split('\n')
        .map((row) => [row.split(' ')[0]!, Number(row.split(' ')[1])]),
    )
  }

  async stop(): Promise<void> {
    this.agent.destroy()
    const gone = new Promise((resolve) => this.child.once('exit', resolve))
    this.child.kill('SIGQUIT')
    await this.silent.stop()
    await gone
    await rm(this.folder, { recursive: true, force: true })
  }
}

/**
 * Only the 20 ms of /late may ever run out: on a slow machine the other limits must not change an answer, nor close an idle
 * connection just when it is used. Nobody can come to listen at a path in a folder of our own, as might happen to a free port.
 */
const configuration = (folder: string, port: number, silentPort: number, alsoTo: string | null) => `
daemon off;
worker_processes 2;
pid ${folder}/nginx.pid;
events { worker_connections 1024; }
http {
  log_format shop '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" '
                  'rt=$request_time urt="$upstream_response_time" us="$upstream_status" ul="$upstream_response_length" host=$host rid=$request_id';
  access_log ${folder}/access.log shop;
  ${alsoTo === null ? '' : `access_log ${alsoTo} shop;`}
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  limit_req_zone $server_name zone=one:1m rate=1r/m;
  limit_req_status 429;
  server {
    listen 127.0.0.1:${port} backlog=1024;
    server_name shop.example;
    keepalive_requests 100000;
    keepalive_timeout 1h;
    client_header_timeout 1h;
    send_timeout 1h;
    proxy_connect_timeout 1h;
    proxy_send_timeout 1h;
    location /ok { return 200 "fine\\n"; }
    location /moved { return 301 /ok; }
    location /missing { return 404; }
    location /limited { limit_req zone=one; try_files /nothing =404; }
    location /dead { proxy_pass http://unix:${folder}/nobody.sock; }
    location /late { proxy_pass http://127.0.0.1:${silentPort}; proxy_read_timeout 20ms; }
    location /hang { proxy_pass http://127.0.0.1:${silentPort}; proxy_read_timeout 1h; }
  }
}
`
