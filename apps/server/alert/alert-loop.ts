import { type Channel, deliverDue, type Detector, type Rule, SLOT_MS, tick } from '#alert'
import type { Clock, Logger } from '#platform'
import { Turns, type AlertStore } from '#store'
import { Rhythm } from './rhythm.js'

/** A slot has just ended, and what was acknowledged in it is folded. */
const TICK_OFFSET_MS = 2_500
const DELIVER_EVERY_MS = 1_000
const PRUNE_EVERY_MS = 3_600_000

/** What the loop works with. */
export interface AlertLoopParts {
  readonly store: AlertStore
  readonly detector: Detector
  readonly rules: readonly Rule[]
  readonly channels: readonly Channel[]
  /** More than the longest delivery takes, milliseconds. */
  readonly claimMs: number
  readonly clock: Clock
  readonly log: Logger
}

/** Evaluates the rules every ten seconds while it holds the lease, and sends what is due every second. */
export class AlertLoop {
  private readonly rhythms: readonly Rhythm[]

  constructor(private readonly parts: AlertLoopParts) {
    const { clock, log } = parts
    const guarded = (what: string, work: () => Promise<unknown>) => async () => {
      try {
        await work()
      } catch (error) {
        log.error({ err: error }, `${what} failed`)
      }
    }
    this.rhythms = [
      new Rhythm(
        clock,
        SLOT_MS,
        TICK_OFFSET_MS,
        guarded('alert evaluation', () => this.evaluate()),
      ),
      new Rhythm(
        clock,
        DELIVER_EVERY_MS,
        0,
        guarded('notice delivery', () => this.deliver()),
      ),
      new Rhythm(
        clock,
        PRUNE_EVERY_MS,
        0,
        guarded('removal of old alerts', () => this.prune()),
      ),
    ]
  }

  start(): void {
    for (const rhythm of this.rhythms) rhythm.start()
  }

  /** Finishes what is under way and gives the lease back. */
  async stop(): Promise<void> {
    await Promise.all(this.rhythms.map((rhythm) => rhythm.stop()))
    await this.parts.store.lease.release()
  }

  /** One evaluation, if this process holds the lease. */
  async evaluate(): Promise<void> {
    const { store, detector, rules, channels, clock, log } = this.parts
    if (!(await store.lease.hold())) return
    const { book, signals, evidence } = store
    const names = channels.map(({ name }) => name)
    const turns = new Turns()
    const ports = { book, signals, evidence, detector, channels: names, turn: () => turns.next() }
    const report = await tick(ports, rules, clock.now())
    if (report.result === 'fenced') log.warn('another process evaluates alerts now; nothing was written')
    if (report.evidenceFailures > 0) log.warn({ alerts: report.evidenceFailures }, 'evidence could not be read')
    if (report.result === 'fenced') return
    for (const { service, track, rule, transition, decision, summary } of report.changes) {
      const { alertId, to, reason } = transition
      log.info({ alertId, rule: rule.id, service, track, to, reason, decision: decision.reason }, summary)
    }
  }

  /** Sends everything that is due. */
  async deliver(): Promise<void> {
    const { store, channels, claimMs, clock, log } = this.parts
    const reports = await deliverDue({
      outbox: store.outbox,
      channels,
      claimMs,
      now: () => clock.now(),
      random: () => Math.random(),
    })
    for (const report of reports) log[report.result === 'delivered' ? 'info' : 'warn'](report, 'notice')
  }

  private async prune(): Promise<void> {
    const { store, clock } = this.parts
    if (store.lease.current !== null) await store.prune(clock.now())
  }
}
