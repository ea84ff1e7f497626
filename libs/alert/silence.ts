import { type Life, type LifeStep } from './life.js'
import { type Rule } from './rule.js'

/**
 * The life after `silentForMs` without data, at `now` (both milliseconds). Silence never resolves: an open alert becomes
 * stale, and much later is put away as `expired_without_data`, still stale. A suspicion is dropped.
 */
export function advanceInSilence(life: Life, rule: Rule, silentForMs: number, now: number): LifeStep {
  if (life.state === 'inactive' || silentForMs < rule.staleAfterSeconds * 1000) return { life, transition: null }
  const { alertId, startedAtMs, episode } = life
  const identity = { alertId, startedAtMs, episode }
  if (life.state === 'pending') {
    const shown = life.last === null
    const how = {
      from: 'pending',
      to: 'inactive',
      reason: 'cleared',
      atMs: now,
      firedAtMs: null,
      verdict: null,
    } as const
    return { life: { state: 'inactive', last: life.last }, transition: shown ? { ...identity, ...how } : null }
  }
  const { firedAtMs } = life
  const base = { ...identity, firedAtMs, to: 'stale', atMs: now, verdict: null } as const
  if (life.state === 'firing') {
    const stale: Life = { state: 'stale', ...identity, firedAtMs, staleAtMs: now }
    return { life: stale, transition: { ...base, from: 'firing', reason: 'stale' } }
  }
  if (silentForMs < rule.expireAfterSeconds * 1000) return { life, transition: null }
  return {
    life: { state: 'inactive', last: null },
    transition: { ...base, from: 'stale', reason: 'expired_without_data' },
  }
}
