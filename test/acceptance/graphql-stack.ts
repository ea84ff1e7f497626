import { spawn, type ChildProcess } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, pollUntil } from '#testing'

const ROOT = new URL('../../', import.meta.url).pathname

/** Code and configuration of the page on GraphQL, so that what people paste is what is tried. */
interface Page {
  readonly plugin: string
  readonly headers: string
  readonly logFormat: string
  readonly location: string
}

/** A real graphql-yoga as a process of its own behind a real nginx, both set up as docs/ship/graphql.md says. */
export class GraphqlStack {
  private constructor(
    private readonly folder: string,
    private readonly port: number,
    private readonly children: readonly ChildProcess[],
  ) {}

  /** What the server itself wrote. */
  get serverLog(): string {
    return join(this.folder, 'graphql.log')
  }

  /** What nginx wrote. */
  get proxyLog(): string {
    return join(this.folder, 'edge.log')
  }

  static async start(): Promise<GraphqlStack> {
    const folder = await mkdtemp(join(tmpdir(), 'statusline-graphql-'))
    await chmod(folder, 0o711)
    const [port, yogaPort] = [await freePort(), await freePort()]
    const page = await readPage()
    await writeFile(join(folder, 'nginx.conf'), nginxConf(folder, port, yogaPort, page))
    // Read from standard input, the program finds its packages from the folder that it runs in.
    const yoga = spawn(process.execPath, ['--input-type=module'], { cwd: ROOT, stdio: ['pipe', 'inherit', 'inherit'] })
    yoga.stdin.end(yogaProgram(join(folder, 'graphql.log'), yogaPort, page))
    const nginx = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')], {
      stdio: 'inherit',
    })
    const stack = new GraphqlStack(folder, port, [nginx, yoga])
    await pollUntil(async () => (await fetch(`http://127.0.0.1:${yogaPort}/health`).catch(() => null))?.ok, {
      deadlineMs: 60_000,
      what: 'yoga to answer',
    })
    await pollUntil(async () => (await fetch(`http://127.0.0.1:${port}/up`).catch(() => null))?.ok, {
      deadlineMs: 60_000,
      what: 'nginx to answer',
    })
    return stack
  }

  /** Status and names of the headers of one request. */
  async ask(path: string, query: string): Promise<{ status: number; headers: string[] }> {
    const response = await fetch(`http://127.0.0.1:${this.port}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    })
    await response.arrayBuffer()
    return { status: response.status, headers: [...response.headers.keys()] }
  }

  async stop(): Promise<void> {
    for (const child of this.children) {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      if (child.exitCode === null && child.kill('SIGTERM')) await gone
    }
    await rm(this.folder, { recursive: true, force: true })
  }
}

async function readPage(): Promise<Page> {
  const page = await readFile(join(ROOT, 'docs/ship/graphql.md'), 'utf8')
  const block = (start: string, end: RegExp): string => {
    const from = page.indexOf(start)
    const length = from < 0 ? -1 : page.slice(from).search(end)
    if (length < 0) throw new Error(`docs/ship/graphql.md has no longer ${start}`)
    return page.slice(from, from + length)
  }
  return {
    plugin: block('import { getOperationAST }', /^```$/m),
    headers: block('const headers = ', /^const yoga/m),
    logFormat: block('log_format graphql', /^$/m),
    location: block('  proxy_hide_header', /^}/m),
  }
}

const yogaProgram = (log: string, port: number, page: Page) => `
import { createWriteStream } from 'node:fs'
import { createServer } from 'node:http'
import { GraphQLError } from 'graphql'
import { createSchema, createYoga } from 'graphql-yoga'
${page.plugin}
${page.headers}
const refuse = (code) => () => { throw new GraphQLError('no', { extensions: { code } }) }
const schema = createSchema({
  typeDefs: 'type Query { fine: String broken: String refused: String limited: String handshake: String } type Mutation { add: String fail: String }',
  resolvers: {
    Query: {
      fine: () => 'x',
      broken: () => { throw new Error('out of order') },
      refused: refuse('FORBIDDEN'),
      limited: refuse('RATE_LIMITED'),
      handshake: refuse('PERSISTED_QUERY_NOT_FOUND'),
    },
    Mutation: { add: () => 'x', fail: refuse('SUBREQUEST_HTTP_ERROR') },
  },
})
const log = createWriteStream('${log}', { flags: 'a' })
const write = (event) => { if (event.path === '/graphql') log.write(JSON.stringify(event) + '\\n') }
const both = statusline((event, response) => { write(event); headers(event, response) })
createServer(createYoga({ schema, plugins: [both], logging: false })).listen(${port}, '127.0.0.1')
`

const nginxConf = (folder: string, port: number, yogaPort: number, page: Page) => `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
events { worker_connections 512; }
http {
  ${page.logFormat}
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  server {
    listen 127.0.0.1:${port};
    keepalive_requests 100000;
    location /up { return 200 "up"; }
    location /graphql {
      access_log ${folder}/edge.log graphql;
      proxy_pass http://127.0.0.1:${yogaPort};
      proxy_read_timeout 1h;
      ${page.location}
    }
    location /graphql/dead {
      access_log ${folder}/edge.log graphql;
      proxy_pass http://unix:${folder}/nobody.sock;
    }
  }
}
`
