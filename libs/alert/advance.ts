import { alertId } from './alert-id.js'
import { type Verdict } from './detector.js'
import { type AlertIdentity, type Calm, type Ended, type Life, type LifeStep, type Transition } from './life.js'
import { type Rule } from './rule.js'
import { SLOT_MS, type Slot } from './slot.js'

/** One slot's worth of news for the lifecycle. */
export interface News {
  readonly rule: Rule
  readonly service: string
  readonly slot: Slot
  readonly verdict: Verdict
}

/** The life after one slot; time is the end of that slot. It knows no detector, only verdicts. */
export function advance(life: Life, news: News): LifeStep {
  switch (life.state) {
    case 'inactive':
      return fromInactive(life, news)
    case 'pending':
      return fromPending(life, news)
    case 'firing':
      return fromFiring(life, news)
    case 'stale':
      return fromStale(life, news)
  }
}

const endOf = (news: News): number => news.slot.startMs + SLOT_MS

const stay = (life: Life): LifeStep => ({ life, transition: null })

function change(
  life: Life,
  at: AlertIdentity & { firedAtMs?: number },
  how: Pick<Transition, 'from' | 'to' | 'reason'>,
  news: News,
): LifeStep {
  const { alertId, startedAtMs, episode } = at
  const firedAtMs = at.firedAtMs ?? null
  return {
    life,
    transition: { alertId, startedAtMs, episode, firedAtMs, ...how, atMs: endOf(news), verdict: news.verdict },
  }
}

function fromInactive(life: Life & { state: 'inactive' }, news: News): LifeStep {
  const { rule, service, slot, verdict } = news
  const atMs = endOf(news)
  const last = reopenable(life.last, rule, atMs)
  if (verdict.state !== 'breach') return stay(last === life.last ? life : { ...life, last })
  const identity: AlertIdentity = last
    ? { alertId: last.alertId, startedAtMs: last.startedAtMs, episode: last.episode + 1 }
    : { alertId: alertId(rule.id, service, rule.track, slot.startMs), startedAtMs: slot.startMs, episode: 1 }
  const pending: Life = { state: 'pending', sinceMs: atMs, last, ...identity }
  // Suspicion about an alert that has just ended is not shown as a step back: it stays resolved until it fires.
  return last ? stay(pending) : change(pending, identity, { from: 'inactive', to: 'pending', reason: 'breach' }, news)
}

function fromPending(life: Life & { state: 'pending' }, news: News): LifeStep {
  const atMs = endOf(news)
  const { alertId, startedAtMs, episode, last, sinceMs } = life
  const identity = { alertId, startedAtMs, episode }
  if (news.verdict.state !== 'breach') {
    const cleared: Life = { state: 'inactive', last }
    return last
      ? stay(cleared)
      : change(cleared, identity, { from: 'pending', to: 'inactive', reason: 'cleared' }, news)
  }
  if (atMs - sinceMs < news.rule.forSeconds * 1000) return stay(life)
  const firing: Life = { state: 'firing', firedAtMs: atMs, calm: null, ...identity }
  const how = last
    ? ({ from: 'resolved', to: 'firing', reason: 'reopened' } as const)
    : ({ from: 'pending', to: 'firing', reason: 'first' } as const)
  return change(firing, firing, how, news)
}

function fromFiring(life: Life & { state: 'firing' }, news: News): LifeStep {
  const { rule, verdict } = news
  const calm = calmAfter(life.calm, news)
  if (!verdict.newNormal && !isOver(life, calm, news)) return stay({ ...life, calm })
  const ended: Ended = {
    alertId: life.alertId,
    startedAtMs: life.startedAtMs,
    episode: life.episode,
    endedAtMs: endOf(news),
  }
  const reason = verdict.newNormal ? 'new_normal' : 'recovered'
  const last = rule.reopenWithinSeconds > 0 ? ended : null
  return change({ state: 'inactive', last }, life, { from: 'firing', to: 'resolved', reason }, news)
}

/** Data after silence: the alert is firing as before, and must recover or be confirmed by what comes now. */
function fromStale(life: Life & { state: 'stale' }, news: News): LifeStep {
  if (news.slot.total <= 0) return stay(life)
  const { alertId, startedAtMs, episode, firedAtMs } = life
  const firing: Life = { state: 'firing', alertId, startedAtMs, episode, firedAtMs, calm: calmAfter(null, news) }
  return change(firing, firing, { from: 'stale', to: 'firing', reason: 'data_returned' }, news)
}

/** Calm is counted in requests, not in time alone: an empty slot is neither calm nor trouble. */
function calmAfter(calm: Calm | null, { verdict, slot }: News): Calm | null {
  if (verdict.total <= 0) return calm
  if (verdict.state !== 'calm') return null
  return calm
    ? { ...calm, requests: calm.requests + slot.total }
    : { sinceMs: slot.startMs + SLOT_MS, requests: slot.total }
}

function isOver(life: Life & { state: 'firing' }, calm: Calm | null, news: News): boolean {
  const { rule, slot } = news
  const atMs = endOf(news)
  if (calm === null || slot.total <= 0 || calm.requests < rule.resolveMinimumRequests) return false
  // An alert that keeps coming back has to be calm for longer each time, up to five times as long.
  const calmMs = rule.resolveAfterSeconds * 1000 * Math.min(life.episode, 5)
  return atMs - calm.sinceMs >= calmMs && atMs - life.firedAtMs >= rule.minimumFiringSeconds * 1000
}

const reopenable = (last: Ended | null, rule: Rule, atMs: number): Ended | null =>
  last !== null && atMs - last.endedAtMs <= rule.reopenWithinSeconds * 1000 ? last : null
