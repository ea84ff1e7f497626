import { Channel, type Delivery } from './channel.js'
import { deliverDue, outcomeOf } from './deliver.js'
import { type ClaimedNotice, MAXIMUM_ATTEMPTS, NoticeOutbox, type NoticeOutcome, retryDelayMs } from './outbox.js'

const NOW = Date.UTC(2026, 0, 5)
const failed = (retry: boolean, retryAfterMs: number | null = null): Delivery => ({
  result: 'failed',
  reason: 'status_503',
  retry,
  retryAfterMs,
})

/** A notice whose body is of no interest here. */
const claimed = (attempt: number, channel = 'ops'): ClaimedNotice =>
  ({ id: '1', attempt, channel, dedupKey: 'a.1.firing', alertId: 'a', kind: 'firing', atMs: NOW }) as ClaimedNotice

describe('outcomeOf', () => {
  const cases: readonly (readonly [sentence: string, attempt: number, delivery: Delivery, outcome: NoticeOutcome])[] = [
    ['a delivered notice is done', 1, { result: 'delivered' }, { result: 'delivered' }],
    [
      'a first failure waits at most a second',
      1,
      failed(true),
      { result: 'retry', atMs: NOW + 750, reason: 'status_503' },
    ],
    [
      'a receiver may ask for longer',
      1,
      failed(true, 5000),
      { result: 'retry', atMs: NOW + 5000, reason: 'status_503' },
    ],
    ['but not for ever', 1, failed(true, 1e12), { result: 'retry', atMs: NOW + 3_600_000, reason: 'status_503' }],
    ['a refusal is final', 1, failed(false), { result: 'dead', reason: 'status_503' }],
    ['the last attempt is the last', MAXIMUM_ATTEMPTS, failed(true), { result: 'dead', reason: 'status_503' }],
  ]
  it.each(cases)('%s', (_sentence, attempt, delivery, outcome) => {
    expect(outcomeOf(claimed(attempt), delivery, NOW, 0.5)).toEqual(outcome)
  })
})

describe('retryDelayMs', () => {
  it('doubles from a second to ten minutes and is spread over the upper half', () => {
    expect([1, 2, 3, 10, 11, 40].map((attempt) => retryDelayMs(attempt, 0))).toEqual([
      500, 1000, 2000, 256_000, 300_000, 300_000,
    ])
    expect(retryDelayMs(40, 0.999)).toBeLessThan(600_000)
  })

  it('tries for hours before it gives up', () => {
    const waits = Array.from({ length: MAXIMUM_ATTEMPTS - 1 }, (_, i) => retryDelayMs(i + 1, 0))
    expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThan(2 * 3600_000)
  })
})

describe('deliverDue', () => {
  class OneNotice extends NoticeOutbox {
    settled: NoticeOutcome[] = []
    constructor(private readonly notice: ClaimedNotice) {
      super()
    }
    claim = () => Promise.resolve([this.notice])
    settle(_notice: ClaimedNotice, outcome: NoticeOutcome): Promise<void> {
      this.settled.push(outcome)
      return Promise.resolve()
    }
  }
  class Thrower extends Channel {
    readonly name = 'ops'
    send = () => Promise.reject(new Error('bug'))
  }

  const deliver = (outbox: OneNotice) =>
    deliverDue({ outbox, channels: [new Thrower()], claimMs: 60_000, now: () => NOW, random: () => 0 })

  it('takes an exception of a channel for a failure that may pass', async () => {
    const outbox = new OneNotice(claimed(1))
    expect(await deliver(outbox)).toEqual([{ channel: 'ops', dedupKey: 'a.1.firing', result: 'retry', reason: 'bug' }])
    expect(outbox.settled).toEqual([{ result: 'retry', atMs: NOW + 500, reason: 'bug' }])
  })

  it('gives up on a channel that is no longer configured', async () => {
    const outbox = new OneNotice(claimed(1, 'gone'))
    await deliver(outbox)
    expect(outbox.settled).toEqual([{ result: 'dead', reason: 'unknown_channel' }])
  })
})
