import { type Verdict } from './detector.js'

/** The states of an alert. `inactive` is a suspicion that cleared; it is kept as a record but shown nowhere. */
export const ALERT_STATES = ['inactive', 'pending', 'firing', 'stale', 'resolved'] as const

/** One of the states of an alert. */
export type AlertState = (typeof ALERT_STATES)[number]

/** Why an alert changed its state. */
export const TRANSITION_REASONS = [
  'breach',
  'cleared',
  'first',
  'reopened',
  'recovered',
  'new_normal',
  'stale',
  'data_returned',
  'expired_without_data',
  'rule_removed',
] as const

/** One of the reasons for a transition. */
export type TransitionReason = (typeof TRANSITION_REASONS)[number]

/** What identifies an alert over its whole life. */
export interface AlertIdentity {
  readonly alertId: string
  /** When trouble began, epoch milliseconds of event time. */
  readonly startedAtMs: number
  /** Which firing of this alert it is, from 1; a reopened alert counts on. */
  readonly episode: number
}

/** An alert that ended, remembered so that it can be reopened. */
export interface Ended extends AlertIdentity {
  readonly endedAtMs: number
}

/** Signs of recovery while firing. */
export interface Calm {
  readonly sinceMs: number
  readonly requests: number
}

/** Where the alert of one rule and service stands. */
export type Life =
  | { readonly state: 'inactive'; readonly last: Ended | null }
  | ({ readonly state: 'pending'; readonly sinceMs: number; readonly last: Ended | null } & AlertIdentity)
  | ({ readonly state: 'firing'; readonly firedAtMs: number; readonly calm: Calm | null } & AlertIdentity)
  | ({ readonly state: 'stale'; readonly firedAtMs: number; readonly staleAtMs: number } & AlertIdentity)

/** Nothing has happened yet. */
export const inactive: Life = { state: 'inactive', last: null }

/** One change of an alert's state, as it is stored. */
export interface Transition extends AlertIdentity {
  readonly from: AlertState
  readonly to: AlertState
  readonly reason: TransitionReason
  /** When it changed, epoch milliseconds: event time, except for the reasons that speak of silence. */
  readonly atMs: number
  readonly firedAtMs: number | null
  /** What the detector saw; null where silence decided. */
  readonly verdict: Verdict | null
}

/** The next life, and the transition that led to it, if any. */
export interface LifeStep {
  readonly life: Life
  readonly transition: Transition | null
}
