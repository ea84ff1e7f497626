import type { Clock } from '#platform'

/** Milliseconds from `now` to the next beat: `offsetMs` after a multiple of `everyMs`. Never 0, so no beat comes twice. */
export function untilNextBeat(now: number, everyMs: number, offsetMs: number): number {
  const sinceBeat = (((now - offsetMs) % everyMs) + everyMs) % everyMs
  return everyMs - sinceBeat
}

/** Does a piece of work at every beat of the wall clock, so that it does not drift; a beat missed by slow work is left out. */
export class Rhythm {
  private timer: NodeJS.Timeout | undefined
  private running: Promise<void> = Promise.resolve()
  private stopped = true

  /** `work` must not reject. */
  constructor(
    private readonly clock: Clock,
    private readonly everyMs: number,
    private readonly offsetMs: number,
    private readonly work: () => Promise<void>,
  ) {}

  start(): void {
    this.stopped = false
    this.wait()
  }

  /** Resolves when the work that is under way is done; none is begun after it. */
  async stop(): Promise<void> {
    this.stopped = true
    clearTimeout(this.timer)
    await this.running
  }

  private wait(): void {
    if (this.stopped) return
    this.timer = setTimeout(
      () => {
        this.running = this.work().finally(() => this.wait())
      },
      untilNextBeat(this.clock.now(), this.everyMs, this.offsetMs),
    )
  }
}
