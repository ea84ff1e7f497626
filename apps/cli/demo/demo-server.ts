import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createInterface } from 'node:readline'

/** A server of the demo's own, on a free port, with its database in a temporary folder that is removed at the end. */
export class DemoServer {
  private constructor(
    readonly url: string,
    private readonly process: ChildProcess,
    private readonly folder: string,
  ) {}

  static async start(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<DemoServer> {
    const folder = await mkdtemp(join(tmpdir(), 'statusline-demo-'))
    const main = fileURLToPath(new URL('../../server/main.js', import.meta.url))
    const { DATABASE_URL: _database, STATUSLINE_ADMIN_KEY: _key, STATUSLINE_CONFIG: _config, ...rest } = env
    // A group of its own: Ctrl-C reaches the demo alone, which then stops its server in order.
    const child = spawn(process.execPath, [main], {
      detached: true,
      env: { ...rest, HOST: '127.0.0.1', PORT: '0', STATUSLINE_DATA: join(folder, 'data') },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let lastWords = ''
    child.stderr.on('data', (chunk: Buffer) => (lastWords = (lastWords + chunk.toString()).slice(-2000)))
    const url = await readyUrl(child)
    if (url === null || signal.aborted) {
      await new DemoServer('', child, folder).stop()
      signal.throwIfAborted()
      throw new Error(`the demo's server did not start: ${lastWords.trim().split('\n').at(-1) ?? ''}`)
    }
    return new DemoServer(url, child, folder)
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const gone = new Promise((resolve) => this.process.once('exit', resolve))
      this.process.kill('SIGTERM')
      await gone
    }
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** The address in the line `ready http://…`, or null when the process ends without it. */
async function readyUrl(child: ChildProcess): Promise<string | null> {
  for await (const line of createInterface({ input: child.stdout! })) {
    if (line.startsWith('ready ')) return line.slice('ready '.length).trim()
  }
  return null
}
