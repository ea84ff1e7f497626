import { spreadOf, type Spread } from './statistics.js'

/** One number that a benchmark measured. */
export interface Measurement {
  /** What it is of; the name by which two reports are compared. */
  readonly what: string
  readonly unit: string
  readonly spread: Spread
  /** Whether more of it is better, or less. */
  readonly better: 'more' | 'less'
  /** What it is held against; null: nothing. */
  readonly floor: number | null
  /** What belongs to it and is no number of its own. */
  readonly note: string
}

/** A number from one value of each run. */
export const measured = (
  what: string,
  unit: string,
  better: Measurement['better'],
  floor: number | null,
  values: readonly number[],
  note = '',
): Measurement => ({ what, unit, spread: spreadOf(values), better, floor, note })

/** Whether a number is as good as its floor; null without one. */
export const reachesFloor = ({ spread, better, floor }: Measurement): boolean | null =>
  floor === null ? null : better === 'more' ? spread.median >= floor : spread.median <= floor
