import { Writable } from 'node:stream'
import {
  AlertBook,
  type BookEntry,
  Channel,
  type ClaimedNotice,
  defaultRules,
  type Delivery,
  EvidenceReader,
  type Held,
  NoticeOutbox,
  type NoticeOutcome,
  SignalReader,
  SLOT_MS,
  type Slot,
  WindowDetector,
} from '#alert'
import { createLogger } from '#platform'
import type { AlertStore } from '#store'
import { DrivenClock } from '#testing'
import { AlertLoop } from './alert-loop.js'

const START = Date.UTC(2026, 0, 5)
const MINUTE = 60_000

class Book extends AlertBook {
  readonly held = new Map<string, Held>()
  readonly entries: BookEntry[] = []
  load = () => Promise.resolve([...this.held.values()])
  save(entry: BookEntry) {
    for (const held of entry.held) this.held.set(held.rule.id, held)
    this.entries.push(entry)
    return Promise.resolve('saved' as const)
  }
}

/** Everything fails from the twentieth minute on. */
class Outage extends SignalReader {
  reads = 0
  read(now: number) {
    this.reads += 1
    const slots: Slot[] = []
    for (let startMs = now - 10 * MINUTE; startMs < now; startMs += SLOT_MS)
      slots.push({ startMs, bad: startMs >= START + 20 * MINUTE ? 100 : 0, total: 100 })
    return Promise.resolve([
      { service: 'checkout', track: 'server_error' as const, slots, watermarkMs: now, silentSinceMs: null },
    ])
  }
}

class Nothing extends EvidenceReader {
  read = () => Promise.resolve({ slots: [], top: [], samples: [] })
}

/** Hands out every notice of the book that was not delivered. */
class BookOutbox extends NoticeOutbox {
  readonly outcomes: NoticeOutcome['result'][] = []
  private readonly done = new Set<string>()
  constructor(private readonly book: Book) {
    super()
  }
  claim(): Promise<ClaimedNotice[]> {
    const notices = this.book.entries.flatMap((entry) => entry.notices)
    const due = notices.filter(({ dedupKey }) => !this.done.has(dedupKey))
    return Promise.resolve(due.map((notice) => ({ ...notice, id: notice.dedupKey, attempt: 1 })))
  }
  settle(notice: ClaimedNotice, outcome: NoticeOutcome): Promise<void> {
    if (outcome.result === 'delivered') this.done.add(notice.dedupKey)
    this.outcomes.push(outcome.result)
    return Promise.resolve()
  }
}

class Ops extends Channel {
  readonly name = 'ops'
  next: Delivery = { result: 'delivered' }
  send = () => Promise.resolve(this.next)
}

function setUp() {
  const lines: { level: string; message: string; decision?: string }[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)) as (typeof lines)[number])
      done()
    },
  })
  const clock = new DrivenClock(START)
  const book = new Book()
  const signals = new Outage()
  const outbox = new BookOutbox(book)
  const channel = new Ops()
  const lease = {
    mine: true,
    released: 0,
    hold: () => Promise.resolve(lease.mine),
    release: () => (lease.released += 1),
  }
  const store = { book, signals, evidence: new Nothing(), outbox, lease } as unknown as AlertStore
  const log = createLogger('info', stream)
  const parts = {
    store,
    detector: new WindowDetector(),
    rules: defaultRules,
    channels: [channel],
    claimMs: MINUTE,
    clock,
    log,
  }
  return { loop: new AlertLoop(parts), book, signals, outbox, channel, lease, clock, lines }
}

describe('AlertLoop', () => {
  it('raises an alert, says so in the log, and delivers the notice once', async () => {
    const { loop, outbox, clock, lines } = setUp()
    for (; clock.now() < START + 22 * MINUTE; clock.advance(SLOT_MS)) {
      await loop.evaluate()
      await loop.deliver()
    }
    expect(lines.map(({ level, decision, message }) => `${level} ${decision ?? ''} ${message}`)).toEqual([
      expect.stringMatching(/^info pending checkout: /),
      expect.stringMatching(/^info first checkout: \d+ of 600 requests failed with a server error in 60 s/),
      'info  notice',
    ])
    expect(outbox.outcomes).toEqual(['delivered'])
  })

  it('tries again what a receiver did not take', async () => {
    const { loop, outbox, channel, clock } = setUp()
    for (; clock.now() < START + 22 * MINUTE; clock.advance(SLOT_MS)) await loop.evaluate()
    channel.next = { result: 'failed', reason: 'status_503', retry: true, retryAfterMs: null }
    await loop.deliver()
    channel.next = { result: 'delivered' }
    await loop.deliver()
    expect(outbox.outcomes).toEqual(['retry', 'delivered'])
  })

  it('does not even look while another process holds the lease', async () => {
    const { loop, lease, signals } = setUp()
    lease.mine = false
    await loop.evaluate()
    expect(signals.reads).toBe(0)
  })

  it('gives the lease back when it stops', async () => {
    const { loop, lease } = setUp()
    loop.start()
    await loop.stop()
    expect(lease.released).toBe(1)
  })
})
