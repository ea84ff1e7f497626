import { KEY_DAYS, SHORT_KEY_HOURS } from '../partitions.js'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** So long after a boundary, keys also go into the previous partition. Far longer than any append may last. */
const BOUNDARY_MS = 10 * MINUTE_MS

/** Where keys are looked for and where they are written at one moment of the database's time. */
export interface KeyWindow {
  readonly long: Periods
  readonly short: Periods
}

/** Periods of one key table. `from..to` is inclusive, and looks one period ahead, for keys written under a faster clock. */
export interface Periods {
  readonly from: number
  readonly to: number
  readonly targets: readonly number[]
}

export function keyWindow(nowMs: number): KeyWindow {
  return { long: periods(nowMs, DAY_MS, KEY_DAYS), short: periods(nowMs, HOUR_MS, SHORT_KEY_HOURS) }
}

function periods(nowMs: number, periodMs: number, kept: number): Periods {
  const period = Math.floor(nowMs / periodMs)
  const sinceBoundaryMs = nowMs - period * periodMs
  const targets = sinceBoundaryMs < BOUNDARY_MS ? [period - 1, period] : [period]
  return { from: period - kept, to: period + 1, targets }
}

/** Whether keys are looked for and written in the same periods. */
export function isSameWindow(a: KeyWindow, b: KeyWindow): boolean {
  return isSame(a.long, b.long) && isSame(a.short, b.short)
}

const isSame = (a: Periods, b: Periods): boolean => a.to === b.to && a.targets.length === b.targets.length
