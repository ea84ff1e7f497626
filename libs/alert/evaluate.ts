import { advance } from './advance.js'
import { type Detector, type Verdict } from './detector.js'
import { type Held } from './held.js'
import { type Life, type LifeStep, type Transition } from './life.js'
import { labelOf, type Rule } from './rule.js'
import { type Signal } from './signal.js'
import { advanceInSilence } from './silence.js'
import { SLOT_MS, slotStart } from './slot.js'

/** The result of an evaluation: what to remember, what changed, and the last verdict (null when no slot was judged). */
export interface Evaluation {
  readonly held: Held
  readonly transitions: readonly Transition[]
  readonly verdict: Verdict | null
}

/**
 * Judges every slot that is complete and was not judged before, one after the other, so that the outcome does not depend
 * on how often this is called. `now` (epoch ms) is arrival time: it bounds the watermark and measures silence.
 */
export function evaluate(detector: Detector, rule: Rule, signal: Signal, held: Held, now: number): Evaluation {
  const transitions: Transition[] = []
  let { life, memory, evaluatedToMs, lastTrafficMs } = rememberedBy(detector, held)
  let verdict: Verdict | null = null
  for (const slot of slotsToJudge(rule, signal, evaluatedToMs, now)) {
    const endMs = slot.startMs + SLOT_MS
    const watched = { memory, state: life.state, firedAtMs: firedAtOf(life) }
    const judgement = detector.evaluate(rule, signal, watched, endMs)
    verdict = judgement.verdict
    memory = judgement.memory
    evaluatedToMs = endMs
    if (slot.total > 0) lastTrafficMs = endMs
    life = taken(advance(life, { rule, service: signal.service, slot, verdict }), transitions)
  }
  life = taken(advanceInSilence(life, rule, silentForMs(signal, lastTrafficMs, now), now), transitions)
  const next: Held = {
    ...held,
    rule: labelOf(rule),
    detector: detector.name,
    memory,
    life,
    evaluatedToMs,
    lastTrafficMs,
  }
  return { held: next, transitions, verdict }
}

const rememberedBy = (detector: Detector, held: Held): Held =>
  held.detector === detector.name ? held : { ...held, memory: null }

function taken(step: LifeStep, transitions: Transition[]): Life {
  if (step.transition) transitions.push(step.transition)
  return step.life
}

const firedAtOf = (life: Life): number | null =>
  life.state === 'firing' || life.state === 'stale' ? life.firedAtMs : null

/** A slot is judged only when the whole long window before it is in the signal, so nothing is judged on half a view. */
function slotsToJudge(rule: Rule, signal: Signal, evaluatedToMs: number | null, now: number) {
  const first = signal.slots[0]
  if (first === undefined) return []
  const fromMs = Math.max(evaluatedToMs ?? 0, first.startMs + rule.longWindowSeconds * 1000)
  const toMs = slotStart(Math.min(signal.watermarkMs, now))
  const at = (ms: number): number => Math.max(0, (ms - first.startMs) / SLOT_MS)
  return signal.slots.slice(at(fromMs), at(toMs))
}

/** While a source speaks, a service is silent when its own last request lies far behind the watermark. */
function silentForMs(signal: Signal, lastTrafficMs: number | null, now: number): number {
  if (signal.silentSinceMs !== null) return now - signal.silentSinceMs
  return lastTrafficMs === null ? 0 : Math.min(signal.watermarkMs, now) - lastTrafficMs
}
