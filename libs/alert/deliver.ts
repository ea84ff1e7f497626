import { type Channel, type Delivery } from './channel.js'
import { type ClaimedNotice, MAXIMUM_ATTEMPTS, type NoticeOutbox, type NoticeOutcome, retryDelayMs } from './outbox.js'

/** What sending needs from outside. */
export interface DeliverPorts {
  readonly outbox: NoticeOutbox
  readonly channels: readonly Channel[]
  /** How long a claim lasts, milliseconds: more than any channel takes for one attempt. */
  readonly claimMs: number
  /** Epoch milliseconds. */
  readonly now: () => number
  /** In [0, 1); spreads the retries. */
  readonly random: () => number
}

const BATCH = 16

/** What happened to one notice, for logs and metrics. */
export interface DeliveryReport {
  readonly channel: string
  readonly dedupKey: string
  readonly result: NoticeOutcome['result']
  readonly reason: string | null
}

/** Tries to send up to 16 notices that are due, each once and all at the same time. */
export async function deliverDue({ outbox, channels, claimMs, now, random }: DeliverPorts): Promise<DeliveryReport[]> {
  const claimed = await outbox.claim(now(), claimMs, BATCH)
  return Promise.all(
    claimed.map(async (notice) => {
      const outcome = outcomeOf(notice, await attempt(notice, channels), now(), random())
      await outbox.settle(notice, outcome, now())
      const reason = outcome.result === 'delivered' ? null : outcome.reason
      return { channel: notice.channel, dedupKey: notice.dedupKey, result: outcome.result, reason }
    }),
  )
}

async function attempt(notice: ClaimedNotice, channels: readonly Channel[]): Promise<Delivery> {
  const channel = channels.find((candidate) => candidate.name === notice.channel)
  if (channel === undefined) return { result: 'failed', reason: 'unknown_channel', retry: false, retryAfterMs: null }
  try {
    return await channel.send(notice)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { result: 'failed', reason, retry: true, retryAfterMs: null }
  }
}

/** What to do after an attempt: a receiver's own wish to wait counts when it is longer than ours, up to an hour. */
export function outcomeOf(notice: ClaimedNotice, delivery: Delivery, now: number, random: number): NoticeOutcome {
  if (delivery.result === 'delivered') return { result: 'delivered' }
  const { reason } = delivery
  if (!delivery.retry || notice.attempt >= MAXIMUM_ATTEMPTS) return { result: 'dead', reason }
  const wishMs = Math.min(delivery.retryAfterMs ?? 0, 3_600_000)
  return { result: 'retry', atMs: now + Math.max(wishMs, retryDelayMs(notice.attempt, random)), reason }
}
