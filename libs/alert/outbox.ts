import { type Notice } from './notice.js'

/** A notice that this process may send now. */
export interface ClaimedNotice extends Notice {
  readonly id: string
  /** Which attempt this is, from 1. */
  readonly attempt: number
}

/** What becomes of a claimed notice. */
export type NoticeOutcome =
  | { readonly result: 'delivered' }
  | { readonly result: 'retry'; readonly atMs: number; readonly reason: string }
  | { readonly result: 'dead'; readonly reason: string }

/**
 * Notices on their way out. A claim lasts `claimMs`; whoever dies in between leaves the notice to the next. Notices of one
 * alert leave in order. At least once: a receiver tells repeats by the dedup key.
 */
export abstract class NoticeOutbox {
  abstract claim(now: number, claimMs: number, limit: number): Promise<ClaimedNotice[]>
  abstract settle(notice: ClaimedNotice, outcome: NoticeOutcome, now: number): Promise<void>
}

/** After this many attempts, about five hours, a notice is dead: kept, shown and no longer sent. */
export const MAXIMUM_ATTEMPTS = 40

const FIRST_DELAY_MS = 1000
const LONGEST_DELAY_MS = 10 * 60_000

/** How long to wait after attempt `attempt` (from 1), milliseconds; `random` in [0, 1) spreads it over the upper half. */
export function retryDelayMs(attempt: number, random: number): number {
  const full = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempt - 1, 30))
  return Math.round(full / 2 + (full / 2) * random)
}
