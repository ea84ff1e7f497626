import { decide } from './decide.js'
import { type Held } from './held.js'
import { type Transition } from './life.js'
import { type AlertChange } from './notice.js'
import { type Rule } from './rule.js'
import { changeSummary } from './summary.js'

/** What is left of rules that no longer exist: held states to drop, and open alerts to close at `now` (epoch ms). */
export function ruleRemoved(stored: readonly Held[], rules: readonly Rule[], now: number) {
  const known = new Set(rules.map((rule) => `${rule.track} ${rule.id}`))
  const dropped = stored.filter((held) => !known.has(`${held.track} ${held.rule.id}`))
  return { dropped, changes: dropped.flatMap((held) => closing(held, now)) }
}

function closing(held: Held, now: number): AlertChange[] {
  const { life, rule, service, track, announced } = held
  if (life.state === 'inactive' || (life.state === 'pending' && life.last !== null)) return []
  const { alertId, startedAtMs, episode, state } = life
  const firedAtMs = state === 'pending' ? null : life.firedAtMs
  const to = state === 'pending' ? 'inactive' : 'resolved'
  const identity = { alertId, startedAtMs, episode, firedAtMs }
  const transition: Transition = { ...identity, from: state, to, reason: 'rule_removed', atMs: now, verdict: null }
  const decision = decide(transition, { silenced: false, announced, overtaken: false })
  return [{ rule, service, track, transition, decision, summary: changeSummary(service, transition), evidence: null }]
}
