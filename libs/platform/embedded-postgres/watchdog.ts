import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { databaseEnvironment } from './cluster.js'
import { EmbeddedPostgresError } from './error.js'
import type { Identity } from './identity.js'

/**
 * A shell between us and the database, in a session of its own so that Ctrl-C reaches only us. It holds a pipe from this process: however
 * this process ends, the pipe closes, the inner reader wakes and asks the database to stop in order:
 * again and again, as one that has only just begun to start hears nothing yet.
 */
const SCRIPT = `
exec 3<&0
"$@" </dev/null 3<&- &
database=$!
( read -r _ <&3; while kill -INT "$database"; do sleep 1; done ) >/dev/null 2>&1 &
reader=$!
exec 3<&-
echo "$database"
exec >/dev/null
wait "$database"
code=$?
kill "$reader" 2>/dev/null
exit "$code"
`

/** A started database program under its watchdog. */
export interface Watched {
  /** The pid of the database program itself. */
  readonly pid: number
  /** Settles when the watchdog has ended, which it does when the database ends. It does not keep this process running. */
  readonly ended: Promise<void>
  /** Closes the pipe: the watchdog asks the database to stop. */
  letGo(): void
}

/** Starts a program under the watchdog, its messages appended to an open file; throws EmbeddedPostgresError when it cannot be started. */
export async function spawnWatched(
  program: string,
  programArgs: string[],
  identity: Identity,
  cwd: string,
  logDescriptor: number,
): Promise<Watched> {
  const [command = 'sh', ...args] = [...identity.prefix, 'sh', '-c', SCRIPT, 'sh', program, ...programArgs]
  const child = spawn(command, args, {
    cwd,
    detached: true,
    env: databaseEnvironment(),
    stdio: ['pipe', 'pipe', logDescriptor],
    ...identity.user,
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()).once('error', () => resolve()))
  child.stdin?.on('error', () => undefined)
  const pid = await firstNumber(child)
  letEventLoopEnd(child)
  return { pid, ended, letGo: () => child.stdin?.destroy() }
}

async function firstNumber(child: ChildProcess): Promise<number> {
  const spoken =
    child.stdout === null ? [] : await Promise.race([once(child.stdout, 'data'), once(child, 'close').then(() => [])])
  const pid = Number(String(spoken[0] ?? '').trim())
  if (!Number.isInteger(pid) || pid <= 0)
    throw new EmbeddedPostgresError('the watchdog of the embedded database did not start')
  return pid
}

/** Neither the child nor its pipes keep this process running. */
function letEventLoopEnd(child: ChildProcess): void {
  child.unref()
  for (const pipe of [child.stdin, child.stdout])
    if (pipe !== null && 'unref' in pipe && typeof pipe.unref === 'function') pipe.unref()
}
