import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { startEmbeddedPostgres, type EmbeddedPostgres } from '#platform'
import { interrupted, undoneBySignal } from './interrupt.js'

/** A program that runs beside the benchmark. */
export type Beside = ChildProcessByStdio<Writable, Readable, Readable>

const STOP_WITHIN_MS = 30_000

const running = new Set<Beside>()
// However the benchmark ends, no program outlives it.
process.once('exit', () => {
  for (const program of running) signalGroup(program, 'SIGTERM')
})

/**
 * Starts a program in a group of its own, so that Ctrl-C reaches the benchmark alone, which then stops it; both its outputs have to be read.
 * Throws once a signal has come.
 */
export const startBeside = (command: string, args: readonly string[], env = process.env): Beside => {
  interrupted.throwIfAborted()
  const program = spawn(command, args, { env, detached: true, stdio: 'pipe' })
  running.add(program)
  const forget = undoneBySignal(() => stopBeside(program))
  const gone = (): void => {
    running.delete(program)
    forget()
  }
  program.once('close', gone).once('error', gone)
  return program
}

/** Asks a program to end, after 30 s makes it, and waits until it and what it started have closed their outputs. */
export const stopBeside = async (program: Beside): Promise<void> => {
  if (!running.has(program)) return
  const closed = once(program, 'close')
  signalGroup(program, 'SIGTERM')
  const timer = setTimeout(() => signalGroup(program, 'SIGKILL'), STOP_WITHIN_MS)
  await closed.finally(() => clearTimeout(timer))
}

/** Runs a program to its end, which is made after `timeoutMs` where that is given. Throws with its last words unless it ends with 0. */
export const runBeside = async (
  command: string,
  args: readonly string[],
  { env, timeoutMs }: { readonly env?: NodeJS.ProcessEnv; readonly timeoutMs?: number } = {},
): Promise<{ readonly stdout: string; readonly stderr: string }> => {
  const program = startBeside(command, args, env)
  const timer = timeoutMs === undefined ? undefined : setTimeout(() => signalGroup(program, 'SIGKILL'), timeoutMs)
  const [[code, signal], stdout, stderr] = await Promise.all([
    once(program, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
    text(program.stdout),
    text(program.stderr),
  ]).finally(() => clearTimeout(timer))
  if (code !== 0)
    throw new Error(
      `${[command, ...args].join(' ').slice(-200)}: ended with ${code ?? signal}\n${stderr.slice(-2_000)}`,
    )
  return { stdout, stderr }
}

/** Starts a Postgres in a folder; a signal stops it, or breaks its start off. Throws once one has come. */
export const startDatabase = async (dataDir: string): Promise<EmbeddedPostgres> => {
  interrupted.throwIfAborted()
  const starting = startEmbeddedPostgres({ dataDir, signal: interrupted })
  const forget = undoneBySignal(() =>
    starting.then(
      (postgres) => postgres.stop(),
      () => undefined,
    ),
  )
  try {
    const postgres = await starting
    return { ...postgres, stop: () => postgres.stop().finally(forget) }
  } catch (error) {
    forget()
    throw error
  }
}

/** Nothing is there to be signalled where the program could not be started, or has just ended. */
const signalGroup = ({ pid }: Beside, signal: NodeJS.Signals): void => {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
