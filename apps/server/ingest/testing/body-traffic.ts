import type { Admission } from '../admission.js'

/** What makes bodies durable: so many a second, in the order in which they came, none faster than a commit takes. */
export interface Durable {
  readonly rate: number
  readonly commitMs?: number
}

interface Sender {
  readonly source: string
  /** When it may come again. */
  fromMs: number
}

const STEP_MS = 1
/** What the refused ones are told. */
const RETRY_MS = 1_000

/** Senders that send a body as soon as the one before is answered, in a time of their own. */
export class BodyTraffic {
  private nowMs = 0
  private done = 0
  private idle: Sender[] = []
  private waiting: { readonly sender: Sender; readonly sinceMs: number }[] = []
  /** Of the last run. */
  refused = 0
  answered = 0
  private tookMs: number[] = []

  /** `usedBytes`: what all bodies under way hold together. */
  constructor(
    readonly admission: Admission,
    private readonly usedBytes = 64 * 2 ** 20,
  ) {}

  join(source: string, senders: number): void {
    for (let sender = 0; sender < senders; sender++) this.idle.push({ source, fromMs: 0 })
  }

  /** All but so many senders go away as soon as they have their answer. */
  stay(senders: number): void {
    this.idle = []
    this.waiting = this.waiting.map(({ sender, sinceMs }, at) => ({
      sinceMs,
      sender: at < senders ? sender : { ...sender, fromMs: Infinity },
    }))
    this.join('edge', Math.max(0, senders - this.waiting.length))
  }

  /** `durable` is asked every 250 ms. */
  run(seconds: number, durable: Durable | (() => Durable)): void {
    this.refused = this.answered = 0
    this.tookMs = []
    let now: Durable = { rate: 0 }
    for (let step = 0; step * STEP_MS < seconds * 1_000; step++) {
      if (step % (250 / STEP_MS) === 0) now = typeof durable === 'function' ? durable() : durable
      this.arrive()
      this.nowMs += STEP_MS
      this.answer(now)
    }
  }

  /** Milliseconds that a share of the answers of the last run did not exceed. */
  within(share: number): number {
    return this.tookMs.toSorted((a, b) => a - b)[Math.floor(this.tookMs.length * share)] ?? 0
  }

  /** `bodies` of one source at the same instant, once; how many were let in. */
  burst(source: string, bodies: number): number {
    let entered = 0
    for (let body = 0; body < bodies; body++) entered += Number(this.enter({ source, fromMs: Infinity }))
    return entered
  }

  wait(seconds: number): void {
    this.nowMs += seconds * 1_000
  }

  workOff(rate: number): void {
    for (; this.waiting.length > 0; this.nowMs += STEP_MS) this.answer({ rate })
  }

  underWay(source: string): number {
    return this.waiting.filter(({ sender }) => sender.source === source).length
  }

  private arrive(): void {
    const coming = this.idle
    this.idle = []
    for (const sender of coming) {
      if (sender.fromMs <= this.nowMs && this.enter(sender)) continue
      if (sender.fromMs <= this.nowMs) {
        this.refused++
        sender.fromMs = this.nowMs + RETRY_MS
      }
      this.idle.push(sender)
    }
  }

  private enter(sender: Sender): boolean {
    if (!this.admission.enter(sender.source, this.usedBytes, this.nowMs)) return false
    this.waiting.push({ sender, sinceMs: this.nowMs })
    return true
  }

  private answer({ rate, commitMs = 0 }: Durable): void {
    this.done = Math.min(this.done + (rate * STEP_MS) / 1_000, Math.max(1, this.waiting.length))
    while (this.done >= 1) {
      const [first] = this.waiting
      if (first === undefined || this.nowMs - first.sinceMs < commitMs) break
      this.waiting.shift()
      this.done--
      const tookMs = this.nowMs - first.sinceMs
      this.tookMs.push(tookMs)
      this.answered++
      this.admission.answered(tookMs)
      this.admission.leave(first.sender.source, this.nowMs)
      if (first.sender.fromMs !== Infinity) this.idle.push({ source: first.sender.source, fromMs: 0 })
    }
  }
}
