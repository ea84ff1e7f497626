import { type Evidence } from './evidence.js'
import { type Transition, type TransitionReason } from './life.js'
import { type Track } from './track.js'

const LONGEST_NAME = 120

/** The alert in one sentence with its numbers, and where most of it came from. */
export function firingSummary(service: string, track: Track, evidence: Evidence): string {
  const { bad, total, rate, normalUpTo, windowSeconds } = evidence
  const did = track === 'server_error' ? 'failed with a server error' : 'were throttled'
  const counts = `${bad} of ${total} requests ${did} in ${windowSeconds} s (${percent(rate)})`
  return `${oneLine(service)}: ${counts}; normal is up to ${percent(normalUpTo)}${mostly(evidence)}.`
}

/** Any other change of an alert, in one sentence. */
export function changeSummary(service: string, transition: Transition): string {
  const { atMs, firedAtMs, verdict } = transition
  const after = `after ${duration(atMs - (firedAtMs ?? atMs))}`
  const counts = verdict ? `: ${verdict.bad} of ${verdict.total} requests (${percent(verdict.rate)})` : ''
  return `${oneLine(service)}: ${CHANGES[transition.reason](after)}${counts}.`
}

const CHANGES: Record<TransitionReason, (after: string) => string> = {
  breach: () => 'above normal',
  cleared: () => 'back to normal before it became an alert',
  first: () => 'fires',
  reopened: () => 'fires again',
  recovered: (after) => `recovered ${after}`,
  new_normal: (after) => `taken for normal ${after}`,
  stale: (after) => `no data any more, ${after} of firing`,
  data_returned: () => 'data is back, still firing',
  expired_without_data: (after) => `put away without data, ${after}`,
  rule_removed: (after) => `closed ${after}, because its rule was removed`,
}

function mostly(evidence: Evidence): string {
  const worst = evidence.top[0]
  if (worst === undefined) return ''
  const code = worst.code === null ? 'no response' : String(worst.code)
  return `; most often ${code} on ${oneLine(worst.route)} through ${oneLine(worst.gateway)} (${worst.bad})`
}

/** A share of 1 as a percentage with as many decimals as it needs to be told from 0. */
export function percent(share: number): string {
  const value = share * 100
  return `${Number(value.toFixed(value >= 0.1 ? 1 : 3))} %`
}

function duration(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  if (minutes < 60) return `${minutes} min`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** Names come from log lines: no line breaks, terminal escapes or endless text in a message. */
function oneLine(name: string): string {
  const clean = name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
  return clean.length > LONGEST_NAME ? `${clean.slice(0, LONGEST_NAME)}…` : clean
}
