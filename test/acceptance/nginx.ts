import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { createServer, type Server } from 'node:net'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, pollUntil } from '#testing'

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

/** A real nginx on loopback, with upstreams that are dead or never answer. */
export class Nginx {
  private constructor(
    readonly folder: string,
    private readonly port: number,
    private readonly child: ChildProcess,
    private readonly silent: Server,
    private readonly sockets: ReadonlySet<{ destroy(): void }>,
  ) {}

  readonly agent = new Agent({ keepAlive: true, maxSockets: 64 })

  get accessLog(): string {
    return join(this.folder, 'access.log')
  }

  static async start(): Promise<Nginx> {
    const folder = await mkdtemp(join(tmpdir(), 'statusline-nginx-'))
    const [port, deadPort] = [await freePort(), await freePort()]
    const silent = createServer()
    const sockets = new Set<{ destroy(): void }>()
    silent.on('connection', (socket) => sockets.add(socket.on('error', () => undefined)))
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const silentPort = (silent.address() as { port: number }).port
    await writeFile(join(folder, 'nginx.conf'), configuration(folder, port, deadPort, silentPort))
    const child = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')], {
      stdio: 'inherit',
    })
    const nginx = new Nginx(folder, port, child, silent, sockets)
    await pollUntil(async () => (await nginx.get('/ok').catch(() => 0)) === 200, {
      deadlineMs: 10_000,
      what: 'nginx to answer',
    })
    return nginx
  }

  /** Status of one GET; 0 where the connection ended first. */
  get(path: string, leaveAfterMs?: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port: this.port, path, agent: this.agent }, (response) => {
        response.resume()
        response.on('end', () => resolve(response.statusCode ?? 0))
      })
      asked.on('error', (error) => (leaveAfterMs === undefined ? reject(error) : resolve(0)))
      if (leaveAfterMs !== undefined)
        asked.on('socket', (socket) => socket.setTimeout(leaveAfterMs, () => asked.destroy()))
      asked.end()
    })
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

  async lines(): Promise<number> {
    return (await readFile(this.accessLog, 'utf8')).split('\n').length - 1
  }

  async stop(): Promise<void> {
    this.agent.destroy()
    const gone = new Promise((resolve) => this.child.once('exit', resolve))
    this.child.kill('SIGQUIT')
    for (const socket of this.sockets) socket.destroy()
    this.silent.close()
    await gone
    await rm(this.folder, { recursive: true, force: true })
  }
}

const configuration = (folder: string, port: number, deadPort: number, silentPort: number) => `
daemon off;
worker_processes 2;
pid ${folder}/nginx.pid;
events { worker_connections 1024; }
http {
  log_format shop '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" '
                  'rt=$request_time urt="$upstream_response_time" us="$upstream_status" ul="$upstream_response_length" host=$host rid=$request_id';
  access_log ${folder}/access.log shop;
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
    location /ok { return 200 "fine\\n"; }
    location /moved { return 301 /ok; }
    location /missing { return 404; }
    location /limited { limit_req zone=one; try_files /nothing =404; }
    location /dead { proxy_pass http://127.0.0.1:${deadPort}; }
    location /late { proxy_pass http://127.0.0.1:${silentPort}; proxy_read_timeout 20ms; }
    location /hang { proxy_pass http://127.0.0.1:${silentPort}; proxy_read_timeout 60s; }
  }
}
`
