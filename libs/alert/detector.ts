import { type Rule } from './rule.js'
import { type Signal } from './signal.js'

/** What the detector says about one instant: trouble, recovery, or not enough to tell. The counts are its window's. */
export interface Verdict {
  readonly state: 'breach' | 'calm' | 'unclear'
  readonly bad: number
  readonly total: number
  readonly rate: number
  /** The highest rate that would still be normal. */
  readonly normalUpTo: number
  readonly windowSeconds: number
  /** The present level has lasted so long that it is now taken for normal. */
  readonly newNormal: boolean
}

/** What a detector may know of the alert it judges: whether it is open, and since when (epoch ms). */
export interface Watched {
  /** What the detector itself returned last; null at first. It must survive JSON. */
  readonly memory: unknown
  readonly state: 'inactive' | 'pending' | 'firing' | 'stale'
  readonly firedAtMs: number | null
}

/** The answer of a detector: its memory for the next slot, and the verdict for this one. */
export interface Judgement {
  readonly memory: unknown
  readonly verdict: Verdict
}

/**
 * Tells trouble from normal. It is called once for every slot, in order, with `now` the end of that slot in event time,
 * and looks at no slot after it; equal input gives equal output, so a restart may replay slots.
 */
export abstract class Detector {
  /** Names the memory's layout; a memory of another detector is thrown away. */
  abstract readonly name: string
  abstract evaluate(rule: Rule, signal: Signal, held: Watched, now: number): Judgement
}
