import { SystemClock, type Clock } from './clock.js'
import type { Logger } from './log.js'

/** A started part of the process: how to stop it, and how long that may take. */
interface Part {
  readonly name: string
  readonly stop: () => unknown
  readonly timeoutMs: number
}

/** How the stop of one part ended. */
export interface StopResult {
  readonly name: string
  readonly result: 'stopped' | 'failed' | 'timed_out'
}

const TIMEOUT_MS = 30_000
/** Half of what a container has to stop by default: a start that hangs (a database that says nothing) is not waited for longer. */
const BREAK_OFF_MS = 5_000

/** Breaks a start off, because everything is to stop. */
class BrokenOff extends Error {
  override readonly name = 'BrokenOff'
}

/** Stops the parts of a process in the reverse order of their start. */
export class StopOrder {
  private readonly parts: Part[] = []
  private readonly asked = new AbortController()
  private starting: Promise<unknown> | undefined
  private stopping: Promise<StopResult[]> | undefined

  /** A start that has not broken off after `breakOffMs` has its parts stopped under it. */
  constructor(
    private readonly log: Logger,
    private readonly breakOffMs: number = BREAK_OFF_MS,
  ) {}

  /** Aborted once everything is to stop: a part that takes long to start breaks off then. */
  get signal(): AbortSignal {
    return this.asked.signal
  }

  /** Whether a start is under way that nobody has broken off. */
  get isStarting(): boolean {
    return this.starting !== undefined && this.stopping === undefined
  }

  /**
   * Runs what starts the parts; null where it is stopped meanwhile. The stop then waits until it has broken off, which it does
   * with the next part that it adds, so that nothing is started that is not stopped.
   */
  async start<T>(startParts: () => Promise<T>): Promise<T | null> {
    const running = startParts()
    this.starting = running.catch(() => undefined)
    try {
      const started = await running
      return this.signal.aborted ? null : started
    } catch (error) {
      if (this.signal.aborted) return null
      throw error
    } finally {
      this.starting = undefined
    }
  }

  /** Remembers a part that has just started; it is given `timeoutMs` to stop. Throws where everything is stopping: the part is stopped, too. */
  add(name: string, stop: () => unknown, timeoutMs: number = TIMEOUT_MS): void {
    this.parts.push({ name, stop, timeoutMs })
    if (this.signal.aborted) throw new BrokenOff(`${name} is stopped as soon as it has started`)
  }

  /** Stops everything, last started first. A part that fails or hangs does not keep the others from stopping. A second call waits for the first. */
  stop(): Promise<StopResult[]> {
    return (this.stopping ??= this.stopAll())
  }

  private async stopAll(): Promise<StopResult[]> {
    this.asked.abort()
    const { starting } = this
    // Cut short it leaves nothing but its parts, which are stopped all the same: how it ended decides nothing.
    if (starting !== undefined) await this.stopOne({ name: 'start', stop: () => starting, timeoutMs: this.breakOffMs })
    const results: StopResult[] = []
    for (let part = this.parts.pop(); part !== undefined; part = this.parts.pop())
      results.push(await this.stopOne(part))
    return results
  }

  private async stopOne({ name, stop, timeoutMs }: Part): Promise<StopResult> {
    let timer: NodeJS.Timeout | undefined
    const timeout = new Promise<'timed_out'>((resolve) => (timer = setTimeout(() => resolve('timed_out'), timeoutMs)))
    const stopped = Promise.resolve().then(stop)
    try {
      const result = await Promise.race([stopped.then(() => 'stopped' as const), timeout])
      if (result === 'timed_out') this.log.error({ part: name, timeoutMs }, 'part did not stop in time')
      else this.log.debug({ part: name }, 'part stopped')
      return { name, result }
    } catch (error) {
      this.log.error({ part: name, err: error }, 'part failed to stop')
      return { name, result: 'failed' }
    } finally {
      clearTimeout(timer)
    }
  }
}

/** What signal handling needs from a process. */
export interface SignalTarget {
  on(signal: 'SIGTERM' | 'SIGINT', listener: () => void): unknown
  exit(code: number): void
  readonly stderr: { write(text: string): unknown }
}

/** A terminal signals everybody in front of it, and npm hands on what it got itself: one Ctrl-C comes twice. */
const ECHO_MS = 1_000

/** What a process says that a signal stopped during its start. */
const stoppedEarly = (signal: string): string => `stopped by ${signal} before it was ready\n`

/**
 * The first SIGTERM or SIGINT stops in order and exits with 0, or 1 where a part did not stop; one that comes a second or more
 * later exits with 1 at once. Of a start that it broke off it says so in one line.
 */
export function stopOnSignals(
  order: Pick<StopOrder, 'stop' | 'isStarting'>,
  log: Logger,
  target: SignalTarget = process,
  clock: Pick<Clock, 'monotonicMs'> = new SystemClock(),
): void {
  let askedMs: number | null = null
  const stop = async (signal: string): Promise<void> => {
    const { isStarting } = order
    const results = await order.stop()
    if (isStarting) target.stderr.write(stoppedEarly(signal))
    target.exit(results.every(({ result }) => result === 'stopped') ? 0 : 1)
  }
  const onSignal = (signal: string) => {
    const nowMs = clock.monotonicMs()
    if (askedMs !== null) return nowMs - askedMs < ECHO_MS ? undefined : target.exit(1)
    askedMs = nowMs
    log.info({ signal }, 'stopping')
    void stop(signal)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) target.on(signal, () => onSignal(signal))
}
