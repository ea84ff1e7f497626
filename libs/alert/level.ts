import { type Counts, SLOT_MS } from './slot.js'

const PRIOR_RATE = 0.002
const PRIOR_BAD = 2
const HALF_LIFE_MS = 2 * 24 * 3600 * 1000
const FAMILIAR_SLOTS = 60
const KEEP_PER_SLOT = 0.5 ** (SLOT_MS / HALF_LIFE_MS)

/** The slowly learned normal rate of one service and track: decayed sums with a half-life of two days. */
export interface Level {
  readonly bad: number
  readonly total: number
  /** How many slots with traffic were learned, up to the number that makes a service familiar. */
  readonly slots: number
}

/** Nothing is known yet. */
export const unknownLevel: Level = { bad: 0, total: 0, slots: 0 }

/** The normal rate; before much traffic was seen it leans on a prior of 0.2 %. */
export const normalRate = (level: Level): number => (level.bad + PRIOR_BAD) / (level.total + PRIOR_BAD / PRIOR_RATE)

/** The level after one more slot; an empty slot teaches nothing, so a night without traffic forgets nothing. */
export function learn(level: Level, slot: Counts): Level {
  if (slot.total <= 0) return level
  return {
    bad: level.bad * KEEP_PER_SLOT + slot.bad,
    total: level.total * KEEP_PER_SLOT + slot.total,
    slots: Math.min(FAMILIAR_SLOTS, level.slots + 1),
  }
}

/** A level that takes these counts for normal, with the weight of a well known service. */
export const levelFrom = (counts: Counts): Level => ({ bad: counts.bad, total: counts.total, slots: FAMILIAR_SLOTS })

/** How new a service is: 1 when never seen, 0 after ten minutes of learned traffic. */
export const novelty = (level: Level): number => 1 - level.slots / FAMILIAR_SLOTS
