/** When bodies are refused although there is memory for them: because their senders would wait too long. */
export interface AdmissionLimits {
  /** Most acknowledgements should not take longer once a body is read, ms. */
  readonly answerMs: number
  /** So many bodies are let in however long answers take. */
  readonly leastBodies: number
}

/** No more than these at any time: each holds a request and its connection, some 10 kB. */
const MOST_BODIES = 2_000
/**
 * While less is under way and the process has time, bodies are let in however many they are: single events share a commit, and behind a
 * commit that takes long their wait hardly grows with their number.
 */
const FREE_BYTES = 1024 * 1024
const BUSY_SHARE = 0.5
/** Room beyond the limit for sources that have less than their share. */
const SPARE_SHARE = 0.25
/** The limit is set anew so often. */
const WINDOW_MS = 250
/** A burst of one second is worked off; what lasts for so many windows is more than that. */
const SLOW_WINDOWS = 3
/** Nobody was refused for so many windows, longer than the refused ones were told to wait. */
const CALM_WINDOWS = 12
/** With nothing under way for so long, everything that came before is worked off. */
const IDLE_MS = 100
const GROWTH = 1.03

interface Window {
  readonly sinceMs: number
  answers: number
  quick: number
  sumMs: number
  /** Most bodies under way at one time. */
  peak: number
  refused: boolean
}

/**
 * How many bodies may be under way. What arrives faster than it can be made durable would wait ever longer, and all senders with it: once
 * most answers have been late for a while, fewer bodies are let in, until answers come in time again; then little by little more.
 * The rest is told to come again, before its body is read. Sources have equal shares: one that sends too much keeps no other out.
 */
export class Admission {
  private readonly bySource = new Map<string, number>()
  private bodies = 0
  private most = MOST_BODIES
  private slowWindows = 0
  private calmWindows = 0
  private emptySinceMs = 0
  private isBusy = false
  private window: Window = opened(0, 0)

  /** `busyShare` tells how much of the time since it was asked last this thread had work. */
  constructor(
    private readonly limits: AdmissionLimits,
    private readonly busyShare: () => number,
  ) {}

  /** Bodies under way. */
  get size(): number {
    return this.bodies
  }

  /** Bodies that may be under way now. */
  get limit(): number {
    return this.most
  }

  /** Lets a body in and counts it, or refuses it. `usedBytes` are held by all bodies under way; `nowMs` is monotonic. */
  enter(source: string, usedBytes: number, nowMs: number): boolean {
    if (this.bodies === 0 && nowMs - this.emptySinceMs >= IDLE_MS) this.rest(nowMs)
    else if (nowMs - this.window.sinceMs >= WINDOW_MS) this.turn(nowMs)
    const own = this.bySource.get(source) ?? 0
    if (this.bodies >= this.most && this.holdsBack(own, usedBytes)) {
      this.window.refused = true
      return false
    }
    this.bodies++
    this.bySource.set(source, own + 1)
    if (this.bodies > this.window.peak) this.window.peak = this.bodies
    return true
  }

  /** A body that was let in has its answer, whatever it is. */
  leave(source: string, nowMs: number): void {
    this.bodies--
    this.emptySinceMs = nowMs
    const own = (this.bySource.get(source) ?? 1) - 1
    if (own > 0) this.bySource.set(source, own)
    else this.bySource.delete(source)
  }

  /** A body was acknowledged, or waited for in vain, so long after it was read. */
  answered(tookMs: number): void {
    const { window } = this
    window.answers++
    window.sumMs += tookMs
    if (tookMs <= this.limits.answerMs) window.quick++
  }

  private holdsBack(own: number, usedBytes: number): boolean {
    if (this.bodies >= MOST_BODIES) return true
    if (usedBytes < FREE_BYTES && !this.isBusy) return false
    return own >= this.most / this.bySource.size || this.bodies >= this.most * (1 + SPARE_SHARE)
  }

  private rest(nowMs: number): void {
    this.slowWindows = 0
    this.raise(2)
    this.window = opened(nowMs, 0)
  }

  private turn(nowMs: number): void {
    const isSlow = this.isSlow()
    this.isBusy = this.busyShare() >= BUSY_SHARE
    this.slowWindows = isSlow ? this.slowWindows + 1 : 0
    this.calmWindows = this.window.refused ? 0 : this.calmWindows + 1
    if (isSlow) this.shrink()
    else this.raise(this.calmWindows >= CALM_WINDOWS ? 2 : GROWTH)
    this.window = opened(nowMs, this.bodies)
  }

  /** Where nothing was answered at all, something hangs. */
  private isSlow(): boolean {
    const { answers, quick, peak } = this.window
    return answers === 0 ? peak >= this.limits.leastBodies : quick < answers / 2
  }

  /** By as much as answers are late, but not to less than half. */
  private shrink(): void {
    const { answerMs, leastBodies } = this.limits
    const { answers, sumMs, peak } = this.window
    if (this.slowWindows < SLOW_WINDOWS && this.most === MOST_BODIES) return
    const part = answers === 0 ? 0.5 : Math.min(1, Math.max(0.5, (answerMs * answers) / sumMs))
    this.most = Math.max(leastBodies, Math.floor(Math.min(this.most, peak) * part))
  }

  private raise(factor: number): void {
    this.most = Math.min(MOST_BODIES, Math.ceil(this.most * factor))
  }
}

const opened = (sinceMs: number, peak: number): Window => ({
  sinceMs,
  answers: 0,
  quick: 0,
  sumMs: 0,
  peak,
  refused: false,
})
