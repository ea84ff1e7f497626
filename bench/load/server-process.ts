import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { startBeside, stopBeside, type Beside } from '../beside.js'

const MAIN = fileURLToPath(new URL('../../apps/server/main.js', import.meta.url))
const WITHOUT_DATABASE = fileURLToPath(new URL('./server-without-database.js', import.meta.url))

/** How a server is started. */
export interface ServerOptions {
  /** Further settings of the environment. */
  readonly settings?: Readonly<Record<string, string>>
  /** It acknowledges every batch and writes none. */
  readonly withoutDatabase?: boolean
}

/** The built server in a process of its own, with an embedded Postgres in `dataFolder` unless it is given another. */
export class ServerProcess {
  private constructor(
    readonly url: string,
    private readonly child: Beside,
  ) {}

  /** Starts it on a free port; rejects with its last words where it does not become ready. */
  static async start(
    dataFolder: string,
    { settings = {}, withoutDatabase = false }: ServerOptions = {},
    timeoutMs = 60_000,
  ): Promise<ServerProcess> {
    // The settings of whoever runs the benchmark stay out of it.
    const { PATH, HOME } = process.env
    const env = {
      PATH,
      HOME,
      HOST: '127.0.0.1',
      PORT: '0',
      STATUSLINE_DATA: dataFolder,
      LOG_LEVEL: 'warn',
      // As `npm start` does.
      MALLOC_MMAP_THRESHOLD_: '1048576',
      ...settings,
    }
    const args = ['--max-semi-space-size=32', withoutDatabase ? WITHOUT_DATABASE : MAIN]
    const child = startBeside(process.execPath, args, env)
    let words = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-4000)))
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
    try {
      for await (const line of createInterface({ input: child.stdout })) {
        const url = /^ready (http:\S+)/.exec(line)?.[1]
        if (url !== undefined) return new ServerProcess(url, child)
      }
    } finally {
      clearTimeout(timer)
      child.stdout.resume()
    }
    throw new Error(`the server did not become ready:\n${words}`)
  }

  get pid(): number {
    return this.child.pid!
  }

  /** Largest resident memory so far, bytes; null where the system does not tell. */
  get maxRssBytes(): number | null {
    return this.memory('VmHWM')
  }

  /** Resident memory now, bytes; null where the system does not tell. */
  get rssBytes(): number | null {
    return this.memory('VmRSS')
  }

  private memory(name: string): number | null {
    try {
      const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8')
      const kilobytes = new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]
      return kilobytes === undefined ? null : Number(kilobytes) * 1024
    } catch {
      return null
    }
  }

  stop(): Promise<void> {
    return stopBeside(this.child)
  }
}
