import { UsualAnswer } from './usual-answer.js'

/** When bodies are refused although there is memory for them: because their senders would wait too long. */
export interface AdmissionLimits {
  /** An acknowledgement in this time is never late, ms. */
  readonly answerMs: number
  /** So many bodies are let in however long answers take; what they take then is usual. */
  readonly leastBodies: number
}

/** No more than these at any time, those whose senders are slow among them: each holds a request and its connection, some 10 kB. */
const MOST_BODIES = 2_000
/** Answers are late that take so many times what is usual. */
const LATE = 1.5
/**
 * While less is under way and the process has had time for a while, bodies are let in however many they are: single events share a
 * commit, and behind one that takes long by itself their wait hardly grows with their number.
 */
const FREE_BYTES = 1024 * 1024
const BUSY_SHARE = 0.5
const IDLE_WINDOWS = 4
/** Room beyond the limit, for sources that have less than their share: so many of them at a time. */
const SPARE_SHARE = 0.25
/** The limit is set anew so often. */
const WINDOW_MS = 250
/** A burst of one second is worked off; when so many windows more were late than were in time, it is more than that. */
const LATE_WINDOWS = 6
/** Nobody was refused for so many windows, longer than most wait who are refused again and again. */
const CALM_WINDOWS = 40
/** With nothing under way for so long, everything that came before is worked off. */
const IDLE_MS = 100
const GROWTH = 1.05

interface Window {
  readonly sinceMs: number
  answers: number
  sumMs: number
  longestMs: number
  /** Most bodies under way at one time. */
  peak: number
  refused: boolean
}

/**
 * How many bodies may be under way. What arrives faster than it can be made durable would wait ever longer, and all senders with it: once
 * answers have for a while been late beside the usual ones, fewer bodies are let in, until answers come in time again; then little by little
 * more. The rest is told to come again, before its body is read. Sources have equal shares: one that sends too much keeps no other out.
 */
export class Admission {
  private readonly bySource = new Map<string, number>()
  /** Sources that were let in beyond the limit and have bodies under way since. */
  private readonly spared = new Set<string>()
  private readonly usual = new UsualAnswer()
  private bodies = 0
  private slowBodies = 0
  private most = MOST_BODIES
  private lateWindows = 0
  private calmWindows = 0
  private idleWindows = 0
  private emptySinceMs = 0
  /** No more than the least bodies were under way since then. */
  private fewSinceMs = 0
  private window: Window = opened(0, 0)

  /** `busyShare` tells how much of the time since it was asked last this thread had work. */
  constructor(
    private readonly limits: AdmissionLimits,
    private readonly busyShare: () => number,
  ) {}

  /** Bodies under way, those whose senders are slow among them. */
  get size(): number {
    return this.bodies + this.slowBodies
  }

  /** Bodies that may be under way now, beside those whose senders are slow. */
  get limit(): number {
    return this.most
  }

  /** Lets a body in and counts it, or refuses it. `receivedBytes` came of all bodies under way; `nowMs` is monotonic. */
  enter(source: string, receivedBytes: number, nowMs: number): boolean {
    if (this.bodies === 0 && nowMs - this.emptySinceMs >= IDLE_MS) this.rest(nowMs)
    else if (nowMs - this.window.sinceMs >= WINDOW_MS) this.turn(nowMs)
    const own = this.bySource.get(source) ?? 0
    if (this.size >= MOST_BODIES || (this.bodies >= this.most && this.holdsBack(source, own, receivedBytes))) {
      this.window.refused = true
      return false
    }
    this.add(source, own)
    return true
  }

  /** A body that was let in has its answer, whatever it is. */
  leave(source: string, nowMs: number): void {
    this.remove(source)
    this.emptySinceMs = nowMs
  }

  /** A body waits for its sender: it keeps nobody waiting meanwhile, and takes no place. */
  waitForSender(source: string): void {
    this.remove(source)
    this.slowBodies++
  }

  /** Its sender has sent all of it. It was let in before, so that it is not refused now. */
  goOn(source: string): void {
    this.slowBodies--
    this.add(source, this.bySource.get(source) ?? 0)
  }

  /** A body was acknowledged, or waited for in vain, so long after it was read. */
  answered(tookMs: number): void {
    const { window } = this
    window.answers++
    window.sumMs += tookMs
    if (tookMs > window.longestMs) window.longestMs = tookMs
  }

  private add(source: string, own: number): void {
    this.bodies++
    this.bySource.set(source, own + 1)
    if (this.bodies > this.window.peak) this.window.peak = this.bodies
  }

  private remove(source: string): void {
    this.bodies--
    const own = (this.bySource.get(source) ?? 1) - 1
    if (own > 0) this.bySource.set(source, own)
    else {
      this.bySource.delete(source)
      if (this.spared.size > 0) this.spared.delete(source)
    }
  }

  /** Bodies that were slow and have ended are under way again whatever the limit: how many there are keeps no other source out. */
  private holdsBack(source: string, own: number, receivedBytes: number): boolean {
    if (receivedBytes < FREE_BYTES && this.idleWindows >= IDLE_WINDOWS) return false
    const { spared } = this
    if (own >= this.most / this.bySource.size) return true
    if (spared.size >= this.most * SPARE_SHARE && !spared.has(source)) return true
    spared.add(source)
    return false
  }

  private rest(nowMs: number): void {
    this.lateWindows = 0
    this.raise(2)
    this.window = opened(nowMs, 0)
  }

  private turn(nowMs: number): void {
    const { refused, peak } = this.window
    this.idleWindows = this.busyShare() >= BUSY_SHARE ? 0 : this.idleWindows + 1
    this.calmWindows = refused ? 0 : this.calmWindows + 1
    this.learn(nowMs)
    const inTime = this.inTime()
    const late = this.lateWindows + (inTime < 1 ? 1 : -1)
    this.lateWindows = Math.min(LATE_WINDOWS, Math.max(0, late))
    if (inTime < 1) this.shrink(inTime)
    else if (this.calmWindows >= CALM_WINDOWS) this.raise(2)
    else if (peak >= this.most) this.raise(GROWTH)
    this.window = opened(nowMs, this.bodies)
  }

  /** From answers all of whose bodies came while few were under way. */
  private learn(nowMs: number): void {
    const { sinceMs, answers, sumMs, longestMs, peak } = this.window
    const share = peak / this.limits.leastBodies
    if (share > 1) {
      this.fewSinceMs = nowMs
      if (answers > 0) this.usual.atMost(sumMs / answers)
    } else if (answers > 0 && sinceMs - longestMs >= this.fewSinceMs) this.usual.learn(sumMs / answers, share)
  }

  /**
   * The time that answers may take by what they took: below 1 they were late. Where nothing was answered at all, something hangs; where
   * nothing is known yet, what few bodies take is not late.
   */
  private inTime(): number {
    const { answers, sumMs, peak } = this.window
    if (answers === 0) return peak >= this.limits.leastBodies ? 0 : 1
    if (this.usual.ms === 0 && peak <= this.limits.leastBodies) return 1
    return (Math.max(this.limits.answerMs, LATE * this.usual.ms) * answers) / sumMs
  }

  /** By as much as answers are late, but not to less than half. */
  private shrink(inTime: number): void {
    if (this.lateWindows < LATE_WINDOWS && this.most === MOST_BODIES) return
    const bodies = Math.min(this.most, this.window.peak) * Math.max(0.5, inTime)
    this.most = Math.max(this.limits.leastBodies, Math.floor(bodies))
  }

  private raise(factor: number): void {
    this.most = Math.min(MOST_BODIES, Math.ceil(this.most * factor))
  }
}

const opened = (sinceMs: number, peak: number): Window => ({
  sinceMs,
  answers: 0,
  sumMs: 0,
  longestMs: 0,
  peak,
  refused: false,
})
