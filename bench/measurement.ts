import type { Goal } from './goals.js'
import { spreadOf, type Spread } from './statistics.js'

/** One number that a benchmark measured. */
export interface Measurement {
  /** What it is of; the name by which two reports are compared. */
  readonly what: string
  readonly unit: string
  readonly spread: Spread
  /** Whether more of it is better, or less. */
  readonly better: 'more' | 'less'
  /** What it must reach; null: nothing. */
  readonly floor: number | null
  /** What it should reach one day; null: nothing. */
  readonly aim: number | null
  /** What belongs to it and is no number of its own. */
  readonly note: string
}

/** A number from one value of each run, or as it spreads. */
export const measured = (
  what: string,
  unit: string,
  better: Measurement['better'],
  goal: Goal | null,
  values: readonly number[] | Spread,
  note = '',
): Measurement => ({
  what,
  unit,
  spread: 'median' in values ? values : spreadOf(values),
  better,
  floor: goal?.floor ?? null,
  aim: goal?.aim ?? null,
  note,
})

/** How far a number gets; null where it is held against nothing. */
export const reached = ({ spread, better, floor, aim }: Measurement): 'aim' | 'floor' | 'neither' | null => {
  const isAsGoodAs = (goal: number | null): boolean =>
    goal !== null && (better === 'more' ? spread.median >= goal : spread.median <= goal)
  if (floor === null && aim === null) return null
  if (isAsGoodAs(aim)) return 'aim'
  return isAsGoodAs(floor) ? 'floor' : 'neither'
}
