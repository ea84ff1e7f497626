import type { ErrorDetails } from '../http/errors.js'
import { LATE, within } from '../within.js'

/** A part that does not answer is not ready, and a probe must not wait for it. */
const ANSWER_MS = 2_000

/** Asks one part whether it can do its work; null: it can, else the reason in a few words. */
export type Readiness = () => string | null | Promise<string | null>

/** Whether this process may be sent requests. Ready from the moment everything is started until the first signal to stop. */
export class Health {
  private phase: 'starting' | 'running' | 'stopping' = 'starting'

  constructor(private readonly parts: readonly Readiness[]) {}

  get stopping(): boolean {
    return this.phase === 'stopping'
  }

  started(): void {
    if (this.phase === 'starting') this.phase = 'running'
  }

  stop(): void {
    this.phase = 'stopping'
  }

  /** Null when ready, else the reason. */
  async notReady(): Promise<ErrorDetails | null> {
    if (this.phase !== 'running') return { reason: this.phase }
    for (const part of this.parts) {
      const reason = await askedOf(part)
      if (reason !== null) return { reason }
    }
    return null
  }
}

async function askedOf(part: Readiness): Promise<string | null> {
  const reason = await within(Promise.resolve(part()), ANSWER_MS)
  return reason === LATE ? 'the database does not answer' : reason
}
