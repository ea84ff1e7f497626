import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { START_ENV, START_FLAGS } from './start-flags.js'
import { testDatabase, type TestDatabase } from './test-database.js'

const MAIN = 'dist/apps/server/main.js'
const ROOT = new URL('../../', import.meta.url).pathname

/** How a start ended that was not meant to succeed. */
export interface RefusedStart {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/**
 * The built server as a process of its own, on a free port, with a data folder that outlives its restarts. Its database is the
 * embedded one in that folder; where STATUSLINE_TEST_POSTGRES names another server, a fresh one there.
 */
export class ServerProcess {
  private child: ChildProcess | null = null
  private words = ''
  url = ''
  /** Sent as a bearer with every request, once set. */
  key: string | null = null

  private constructor(
    readonly dataDir: string,
    private env: Record<string, string>,
    /** The database of its own on another server than the embedded one, removed with it. */
    readonly database: TestDatabase | null,
  ) {}

  /** Runs a start that must fail, and waits for its end. `STATUSLINE_DATA` in `env` names the folder, else none can be made. */
  static async refused(env: Record<string, string>): Promise<RefusedStart> {
    const child = spawn(process.execPath, [...START_FLAGS, join(ROOT, MAIN)], {
      env: { ...process.env, ...START_ENV, HOST: '127.0.0.1', PORT: '0', STATUSLINE_DATA: '/dev/null/nowhere', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    // One that starts all the same must not keep the test waiting.
    child.stdout.on('data', (chunk: Buffer) => chunk.includes('ready ') && child.kill('SIGTERM'))
    const [stdout, stderr, code] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      new Promise<number | null>((resolve) => child.once('close', resolve)),
    ])
    return { code, stdout, stderr }
  }

  /** Starts it and waits for its ready line. `env` adds to or overrides the environment of the test. */
  static async start(env: Record<string, string> = {}): Promise<ServerProcess> {
    const isEmbedded = process.env['STATUSLINE_TEST_POSTGRES'] === undefined || env['DATABASE_URL'] !== undefined
    const database = isEmbedded ? null : await testDatabase({ migrated: false })
    const all = database === null ? env : { ...env, DATABASE_URL: database.url }
    const server = new ServerProcess(await mkdtemp(join(tmpdir(), 'statusline-test-')), all, database)
    await server.start()
    return server
  }

  get pid(): number {
    return this.child?.pid ?? -1
  }

  /** Whether the process that was started last is still there. */
  get running(): boolean {
    return this.child !== null && this.child.exitCode === null && this.child.signalCode === null
  }

  /** The end of what it wrote on standard error. */
  get log(): string {
    return this.words
  }

  /**
   * Starts it (again) on the same folder and, from the second time on, the same port. `changes` stay in its environment.
   * Throws with its last words when it ends first.
   */
  async start(changes: Record<string, string> = {}): Promise<void> {
    this.env = { ...this.env, ...changes }
    const child = spawn(process.execPath, [...START_FLAGS, join(ROOT, MAIN)], {
      env: {
        ...process.env,
        ...START_ENV,
        HOST: '127.0.0.1',
        PORT: this.url === '' ? '0' : new URL(this.url).port,
        STATUSLINE_DATA: join(this.dataDir, 'data'),
        ...this.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.child = child
    child.stderr.on('data', (chunk: Buffer) => (this.words = (this.words + chunk.toString()).slice(-20_000)))
    for await (const line of createInterface({ input: child.stdout })) {
      if (!line.startsWith('ready ')) continue
      this.url = line.slice('ready '.length).trim()
      child.stdout.resume()
      return
    }
    throw new Error(`the server ended before it was ready:\n${this.words}`)
  }

  /** Sends a signal and waits for the end; answers with the exit code, null after a kill. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.child
    if (child === null || !this.running) return child?.exitCode ?? null
    const gone = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
    child.kill(signal)
    return gone
  }

  /** Stops it in order and removes its folder and its database. */
  async remove(): Promise<void> {
    await this.end('SIGTERM')
    await this.database?.drop()
    await rm(this.dataDir, { recursive: true, force: true })
  }

  /** JSON of a GET, or of a POST when a body is given; throws on anything but 2xx. */
  async json<T>(path: string, body?: string | Uint8Array, headers: Record<string, string> = {}): Promise<T> {
    return JSON.parse(await this.text(path, body, headers)) as T
  }

  async text(path: string, body?: string | Uint8Array, headers: Record<string, string> = {}): Promise<string> {
    const all = this.key === null ? headers : { authorization: `Bearer ${this.key}`, ...headers }
    const response = await fetch(
      this.url + path,
      body === undefined ? { headers: all } : { method: 'POST', body: body as never, headers: all },
    )
    const answer = await response.text()
    if (!response.ok) throw new Error(`${path}: ${response.status} ${answer}`)
    return answer
  }

  /** The `data` of a GraphQL answer; throws on errors. */
  async graphql<T>(query: string, variables: Record<string, unknown> = {}): Promise<T> {
    const answer = await this.json<{ data: T; errors?: { message: string }[] }>(
      '/graphql',
      JSON.stringify({ query, variables }),
      {
        'content-type': 'application/json',
      },
    )
    if (answer.errors) throw new Error(answer.errors.map((e) => e.message).join('; '))
    return answer.data
  }
}
