import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { basename } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { EmbeddedPostgresError } from './error.js'
import type { Identity } from './identity.js'
import { interrupt } from './leftovers.js'

/** A program that is asked to end and does not is killed. */
const END_WITHIN_MS = 5_000

interface Run {
  readonly identity: Identity
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  readonly input?: string
  /** Ends the program, and all that it started. */
  readonly signal: AbortSignal
}

/**
 * Runs a program of PostgreSQL and waits for its end; rejects with an EmbeddedPostgresError that holds its last words. It has a
 * session of its own: a Ctrl-C, or a signal to our group, reaches only us, and we end it in order.
 */
export async function runToEnd(program: string, programArgs: string[], run: Run): Promise<void> {
  const { identity, cwd, env, input = '', signal } = run
  if (signal.aborted) throw brokenOff(program)
  const [command = program, ...args] = [...identity.prefix, program, ...programArgs]
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ['pipe', 'ignore', 'pipe'], ...identity.user })
  let failure = ''
  child.once('error', (error) => (failure = error.message))
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const ended = Promise.all([once(child, 'close').catch(() => []), text(child.stderr)])
  const end = () => {
    if (child.pid !== undefined) void endGroup(child.pid, ended)
  }
  signal.addEventListener('abort', end, { once: true })
  const [, said] = await ended
  signal.removeEventListener('abort', end)
  if (signal.aborted) throw brokenOff(program)
  if (child.exitCode !== 0)
    throw new EmbeddedPostgresError(`${basename(program)} failed: ${lastWords(failure || said)}`)
}

async function endGroup(pid: number, ended: Promise<unknown>): Promise<void> {
  interrupt(-pid, 'SIGTERM')
  const isOver = await Promise.race([ended.then(() => true), sleep(END_WITHIN_MS, false, { ref: false })])
  if (!isOver) interrupt(-pid, 'SIGKILL')
}

const brokenOff = (program: string): EmbeddedPostgresError =>
  new EmbeddedPostgresError(`${basename(program)} was broken off`)

function lastWords(said: string): string {
  const lines = said.trim().split('\n')
  return (lines.findLast((line) => /error|fatal|could not/i.test(line)) ?? said.trim()).slice(0, 500)
}
