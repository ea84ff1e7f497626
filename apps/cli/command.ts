import type { ServerClient } from './server-client.js'

/** What a command may touch; everything comes in, so that tests can pass their own. */
export interface CommandContext {
  readonly client: ServerClient
  readonly stdin: NodeJS.ReadableStream
  readonly stdout: NodeJS.WritableStream
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number }
  readonly env: NodeJS.ProcessEnv
  /** Aborted by Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal
}

/** One `statusline …` command. `run` answers with the exit code: 0 done, 1 failed, 2 wrong arguments. */
export interface Command {
  readonly name: string
  readonly summary: string
  readonly usage: string
  /** Its help says how to name the server, and the key for it. */
  readonly asksServer?: true
  run(args: readonly string[], context: CommandContext): Promise<number>
}

/** Wrong arguments: printed as one line with the command's usage; exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
