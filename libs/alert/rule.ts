import { type Track } from './track.js'

/** When to call a change of one service's error or throttle rate an alert. Rules are data; rates are shares of 1. */
export interface Rule {
  readonly id: string
  readonly name: string
  readonly version: number
  readonly track: Track
  readonly severity: 'warning' | 'critical'
  /** Fewer requests than this in a window say nothing. */
  readonly minimumRequests: number
  /** Fewer bad responses than this, beyond a blip, are no trouble. */
  readonly minimumBad: number
  readonly shortWindowSeconds: number
  readonly longWindowSeconds: number
  /** Normal is up to this many times the learned rate … */
  readonly factor: number
  /** … and at least this much above it. */
  readonly minimumEffect: number
  /** Normal is up to at least this much for a service that was never seen before; the allowance melts as it is learned. */
  readonly newServiceAllowance: number
  /** Trouble that fits into this time is not looked at. */
  readonly ignoreShorterThanSeconds: number
  readonly forSeconds: number
  /** Calm is a short-window rate of at most this share of what is normal. */
  readonly resolveBelowFraction: number
  readonly resolveAfterSeconds: number
  /** Calm needs this many requests: silence is not recovery. */
  readonly resolveMinimumRequests: number
  readonly minimumFiringSeconds: number
  /** Firing again within this time after the end continues the same alert. */
  readonly reopenWithinSeconds: number
  readonly staleAfterSeconds: number
  readonly expireAfterSeconds: number
  /** After firing this long the new level is accepted as normal. */
  readonly newNormalAfterSeconds: number
}

/** What names a rule on an alert. */
export type RuleLabel = Pick<Rule, 'id' | 'name' | 'version' | 'severity'>

/** The label of a rule. */
export const labelOf = ({ id, name, version, severity }: Rule): RuleLabel => ({ id, name, version, severity })

const spike: Omit<Rule, 'id' | 'name' | 'track' | 'severity'> = {
  version: 1,
  minimumRequests: 30,
  minimumBad: 10,
  shortWindowSeconds: 60,
  longWindowSeconds: 300,
  factor: 3,
  minimumEffect: 0.02,
  newServiceAllowance: 0.1,
  ignoreShorterThanSeconds: 20,
  forSeconds: 20,
  resolveBelowFraction: 0.7,
  resolveAfterSeconds: 120,
  resolveMinimumRequests: 5,
  minimumFiringSeconds: 120,
  reopenWithinSeconds: 600,
  staleAfterSeconds: 30 * 60,
  expireAfterSeconds: 6 * 3600,
  newNormalAfterSeconds: 12 * 3600,
}

/** The pack that needs no configuration: for every service a spike of server errors and a spike of throttling. */
export const defaultRules: readonly Rule[] = [
  { ...spike, id: 'server-error-spike', name: 'Server error spike', track: 'server_error', severity: 'critical' },
  { ...spike, id: 'throttle-spike', name: 'Throttle spike', track: 'throttled', severity: 'warning' },
]
