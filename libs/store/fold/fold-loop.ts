import type { Folder, FoldReport } from './folder.js'

export interface FoldLoopOptions {
  /** Looks for deltas of other replicas this often; default 500 ms. */
  readonly idleMs?: number
  /** Shortest time from the beginning of one fold to the next; default 200 ms: deltas of the meantime are folded together. */
  readonly paceMs?: number
  /** Where folds take longer than a twentieth of the time, they come less often, but at least so often; default 500 ms. */
  readonly longestPaceMs?: number
  /** Called after each fold that did something, with its duration. */
  readonly folded?: (report: FoldReport, durationMs: number) => void
  /** Called when a fold failed; the loop goes on. */
  readonly failed?: (error: unknown) => void
}

/**
 * A busy server has nearly the same series in every fold, and a fold costs by its cells: twenty times the duration of one from its
 * beginning to the next took half the CPU time of 200 ms, of the fold's thread and of its database.
 */
const REST = 20

/** Folds again and again: soon after an append of this process, and now and then for those of others. */
export class FoldLoop {
  private running: Promise<void> | null = null
  private stopping = false
  private woken = false
  private endSleep: (() => void) | null = null

  constructor(
    private readonly folder: Folder,
    private readonly options: FoldLoopOptions = {},
  ) {}

  start(): void {
    this.stopping = false
    this.running ??= this.run()
  }

  /** Says that something was appended. */
  wake(): void {
    this.woken = true
    this.endSleep?.()
  }

  /** Resolves when the fold under way has ended and the lease is given back. */
  async stop(): Promise<void> {
    this.stopping = true
    this.endSleep?.()
    await this.running
    this.running = null
    await this.folder.release().catch((error: unknown) => this.options.failed?.(error))
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      const beganMs = performance.now()
      this.woken = false
      const report = await this.fold(beganMs)
      if (report?.more) continue
      const paceMs = this.paceAfter(performance.now() - beganMs)
      await this.idle(report?.held === true)
      await this.sleep(paceMs - (performance.now() - beganMs), false)
    }
  }

  private paceAfter(durationMs: number): number {
    const { paceMs = 200, longestPaceMs = 500 } = this.options
    return Math.max(paceMs, Math.min(longestPaceMs, REST * durationMs))
  }

  private async fold(beganMs: number): Promise<FoldReport | null> {
    try {
      const report = await this.folder.foldOnce()
      if (report.deltas + report.failed + report.setAside > 0)
        this.options.folded?.(report, performance.now() - beganMs)
      return report
    } catch (error) {
      this.options.failed?.(error)
      return null
    }
  }

  /** Waits for an append, or the next look. Who does not hold the lease need not hurry for its own appends. */
  private async idle(held: boolean): Promise<void> {
    if (!(this.woken && held)) await this.sleep(this.options.idleMs ?? 500, held)
  }

  private async sleep(durationMs: number, wakeable: boolean): Promise<void> {
    if (this.stopping || durationMs <= 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, durationMs)
      this.endSleep = () => {
        if (!wakeable && !this.stopping) return
        clearTimeout(timer)
        resolve()
      }
    })
    this.endSleep = null
  }
}
