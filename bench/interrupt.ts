import { constants } from 'node:os'

/** Stops or removes what it stands for, and resolves when that is gone. */
type Undo = () => Promise<unknown>

/** What is there and has to go, in the order in which it came. */
const there = new Set<Undo>()
const asked = new AbortController()

/** npm hands on the Ctrl-C that the terminal has sent to all: within this time a second signal is the first one. */
const ECHO_MS = 1_000

/** Aborted by the first signal: nothing is started any more. */
export const interrupted: AbortSignal = asked.signal

/** Has a signal undo something before the benchmark ends, what came last first. Answers with how to forget it, once it is gone anyway. */
export const undoneBySignal = (undo: Undo): (() => void) => {
  there.add(undo)
  return () => void there.delete(undo)
}

/** The first signal undoes all and ends with 128 and its number, as shells count; one that comes a second or more later ends at once. */
export const stopOnSignals = (say: (line: string) => void): void => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const code = 128 + constants.signals[signal]
    process.on(signal, () => void stop(`stopped by ${signal}`, code, say))
  }
}

let askedAtMs = 0

const stop = async (reason: string, code: number, say: (line: string) => void): Promise<void> => {
  const nowMs = performance.now()
  if (interrupted.aborted) return nowMs - askedAtMs < ECHO_MS ? undefined : process.exit(code)
  askedAtMs = nowMs
  say(reason)
  asked.abort(new Error(reason))
  for (let undo = [...there].at(-1); undo !== undefined; undo = [...there].at(-1)) {
    there.delete(undo)
    await undo().catch((error: unknown) => say(String(error)))
  }
  process.exit(code)
}
