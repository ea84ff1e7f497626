import { JournalUnavailable } from '#store'
import type { Readiness } from './health.js'

/** After this time without another attempt the probe has the word, so that a server without traffic recovers. */
const QUIET_MS = 10_000
/** How long one answer of the probe, or one successful append, is believed. */
const BELIEVED_MS = 10_000

/** What `/readyz` says while batches cannot be made durable. */
export const APPEND_FAILING = 'append_failing'

/**
 * Whether batches can be made durable, told by the appends themselves; where there are none, by a small write of its own, at most
 * every 10 s and only while somebody asks.
 */
export class AppendHealth {
  private succeededMs = -Infinity
  private failedMs = -Infinity
  private probe: { readonly atMs: number; readonly works: Promise<boolean> } | null = null

  /** `write` commits something and rejects when it cannot; `nowMs` is monotonic. */
  constructor(
    private readonly write: () => Promise<void>,
    private readonly nowMs: () => number,
  ) {}

  /** Hears how an append ended; resolves and rejects as the append does. Errors that a batch is to blame for do not count. */
  async watch<Result>(append: Promise<Result>): Promise<Result> {
    try {
      const result = await append
      this.succeededMs = this.nowMs()
      return result
    } catch (error) {
      if (error instanceof JournalUnavailable) this.failedMs = this.nowMs()
      throw error
    }
  }

  /** `append_failing`, or null. */
  readonly readiness: Readiness = async () => ((await this.works()) ? null : APPEND_FAILING)

  private works(): boolean | Promise<boolean> {
    const nowMs = this.nowMs()
    if (this.failedMs > this.succeededMs && nowMs - this.failedMs < QUIET_MS) return false
    if (this.succeededMs >= this.failedMs && nowMs - this.succeededMs < BELIEVED_MS) return true
    if (this.probe === null || nowMs - this.probe.atMs >= BELIEVED_MS || this.probe.atMs < this.failedMs)
      this.probe = {
        atMs: nowMs,
        works: this.write().then(
          () => true,
          () => false,
        ),
      }
    return this.probe.works
  }
}
