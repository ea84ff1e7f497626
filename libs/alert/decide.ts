import { type Transition } from './life.js'

/** What a notice says: that an alert fires, or that it is over. */
export const NOTICE_KINDS = ['firing', 'resolved'] as const

/** One of the two kinds of notice. */
export type NoticeKind = (typeof NOTICE_KINDS)[number]

/** Why somebody was told, or was not; the same word stands in the row, the log and the notice. */
export const DECISION_REASONS = [
  'first',
  'reopened',
  'recovered',
  'new_normal',
  'rule_removed',
  'pending',
  'repeat',
  'stale',
  'expired_without_data',
  'silenced',
  'never_announced',
  'overtaken',
] as const

/** One of the reasons of a decision. */
export type DecisionReason = (typeof DECISION_REASONS)[number]

/** To tell the channels (`kind`) or not (null), and why. */
export interface Decision {
  readonly kind: NoticeKind | null
  readonly reason: DecisionReason
}

/** What else a decision depends on. */
export interface Circumstances {
  /** Someone has asked for quiet about this service. */
  readonly silenced: boolean
  /** The present firing was told to the channels. */
  readonly announced: boolean
  /** The alert has already ended when its firing is decided upon: old news. */
  readonly overtaken: boolean
}

/** Decides whether a transition is told to the channels. */
export function decide(transition: Transition, given: Circumstances): Decision {
  const { reason } = transition
  switch (reason) {
    case 'breach':
    case 'cleared':
      return { kind: null, reason: 'pending' }
    case 'stale':
    case 'expired_without_data':
      return { kind: null, reason }
    case 'data_returned':
      return { kind: null, reason: 'repeat' }
    case 'first':
    case 'reopened':
      if (given.overtaken) return { kind: null, reason: 'overtaken' }
      return given.silenced ? { kind: null, reason: 'silenced' } : { kind: 'firing', reason }
    case 'recovered':
    case 'new_normal':
    case 'rule_removed':
      // Whoever heard that it fires hears that it is over, even under a silence; nobody else does.
      return given.announced ? { kind: 'resolved', reason } : { kind: null, reason: 'never_announced' }
  }
}
