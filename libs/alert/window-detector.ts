import { Detector, type Judgement, type Verdict, type Watched } from './detector.js'
import { type Level, learn, levelFrom, normalRate, novelty, unknownLevel } from './level.js'
import { type Rule } from './rule.js'
import { type Signal } from './signal.js'
import { type Counts, lastSlots, rateOf, SLOT_MS, type Slot, sumSlots, sumWithoutWorst } from './slot.js'

/** The highest rate that is normal for this service under this rule; never so high that a full outage would pass. */
export function normalUpTo(rule: Rule, level: Level): number {
  const normal = normalRate(level)
  const allowance = rule.newServiceAllowance * novelty(level)
  const top = Math.max(normal * rule.factor, normal + rule.minimumEffect, allowance)
  return Math.min(top, (1 + normal) / 2)
}

/**
 * Compares a short and a long window with the learned level. The worst slots of each window are set aside first, so that
 * a blip of ten seconds, however bad, is not trouble; trouble must last. A service too quiet for the short window is
 * judged by the long one alone.
 */
export class WindowDetector extends Detector {
  readonly name = 'window-1'

  evaluate(rule: Rule, signal: Signal, held: Watched, now: number): Judgement {
    const level = readLevel(held.memory)
    const upTo = normalUpTo(rule, level)
    const long = lastSlots(signal.slots, now, rule.longWindowSeconds)
    const short = lastSlots(long, now, rule.shortWindowSeconds)
    if (acceptsNewNormal(rule, held, now)) {
      return { memory: levelFrom(sumSlots(long)), verdict: verdict(rule, short, 'calm', upTo, true) }
    }
    const quiet = sumSlots(short).total < rule.minimumRequests
    const state = breaches(rule, level, upTo, short, long)
      ? 'breach'
      : isCalm(rule, upTo, sumSlots(short))
        ? 'calm'
        : 'unclear'
    const shown = quiet && state === 'breach' ? long : short
    return {
      memory: learnOldest(rule, signal, held, level, upTo, now),
      verdict: verdict(rule, shown, state, upTo, false),
    }
  }
}

function breaches(rule: Rule, level: Level, upTo: number, short: readonly Slot[], long: readonly Slot[]): boolean {
  const now = sumSlots(short)
  if (now.total < rule.minimumRequests) return exceeds(rule, long, upTo) && rateOf(now) > upTo
  // The long window only has to show that it is no trifle: half of the way from normal to the limit.
  return exceeds(rule, short, upTo) && exceeds(rule, long, (normalRate(level) + upTo) / 2)
}

function exceeds(rule: Rule, slots: readonly Slot[], limit: number): boolean {
  const lasting = sumWithoutWorst(slots, Math.round((rule.ignoreShorterThanSeconds * 1000) / SLOT_MS))
  return sumSlots(slots).total >= rule.minimumRequests && lasting.bad >= rule.minimumBad && rateOf(lasting) > limit
}

const isCalm = (rule: Rule, upTo: number, counts: Counts): boolean =>
  counts.total > 0 && rateOf(counts) <= rule.resolveBelowFraction * upTo

const acceptsNewNormal = (rule: Rule, held: Watched, now: number): boolean =>
  held.state === 'firing' && held.firedAtMs !== null && now - held.firedAtMs >= rule.newNormalAfterSeconds * 1000

/**
 * Learns the slot that has just left the long window: by then late lines are in, and trouble has been recognised as such.
 * Nothing is learned from an open alert, nor from the window that follows its end; under suspicion, at most what is normal.
 */
function learnOldest(rule: Rule, signal: Signal, held: Watched, level: Level, upTo: number, now: number): Memory {
  const resumeMs = held.state === 'firing' || held.state === 'stale' ? now : readResume(held.memory)
  const first = signal.slots[0]
  const leaving = now - rule.longWindowSeconds * 1000 - SLOT_MS
  const slot = first === undefined ? undefined : signal.slots[(leaving - first.startMs) / SLOT_MS]
  if (slot === undefined || slot.startMs < resumeMs) return { ...level, resumeMs }
  const bad = held.state === 'pending' ? Math.min(slot.bad, upTo * slot.total) : slot.bad
  return { ...learn(level, { bad, total: slot.total }), resumeMs }
}

interface Memory extends Level {
  /** Slots before this are not learned, epoch milliseconds. */
  readonly resumeMs: number
}

function readLevel(memory: unknown): Level {
  if (!isRecord(memory)) return unknownLevel
  const { bad, total, slots } = memory
  const known = isAmount(bad) && isAmount(total) && isAmount(slots)
  return known ? { bad, total, slots } : unknownLevel
}

const readResume = (memory: unknown): number => (isRecord(memory) && isAmount(memory.resumeMs) ? memory.resumeMs : 0)
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const isAmount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0

function verdict(
  rule: Rule,
  slots: readonly Slot[],
  state: Verdict['state'],
  upTo: number,
  newNormal: boolean,
): Verdict {
  const counts = sumSlots(slots)
  const seconds = (slots.length * SLOT_MS) / 1000
  const windowSeconds = seconds > 0 ? seconds : rule.shortWindowSeconds
  return { state, ...counts, rate: rateOf(counts), normalUpTo: upTo, windowSeconds, newNormal }
}
