import { spawn } from 'node:child_process'
import { join } from 'node:path'

const ROOT = new URL('../../', import.meta.url).pathname

/** What a finished `statusline …` left behind. */
export interface CliResult {
  /** Exit code, or null after a kill. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A running `statusline …` of the built command line. */
export interface CliProcess {
  readonly pid: number
  kill(signal: NodeJS.Signals): void
  /** Resolves when it ended. */
  readonly done: Promise<CliResult>
}

/** Starts `statusline <args>` against a server. */
export function statusline(
  url: string,
  args: readonly string[],
  options: { key?: string; stdin?: string } = {},
): CliProcess {
  const child = spawn(process.execPath, [join(ROOT, 'dist/apps/cli/main.js'), ...args], {
    env: { ...process.env, STATUSLINE_URL: url, ...(options.key === undefined ? {} : { STATUSLINE_KEY: options.key }) },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  child.stdin.on('error', () => undefined)
  child.stdin.end(options.stdin ?? '')
  return {
    pid: child.pid ?? -1,
    kill: (signal) => child.kill(signal),
    done: new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr }))),
  }
}
