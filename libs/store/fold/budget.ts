import type { Level } from './overflow.js'

/** How many of each may exist. Past a budget, labels become `{other}`; counts stay exact. */
export interface Budget {
  readonly sources: number
  readonly seriesPerSource: number
  readonly series: number
  /** Routes of one service of one source. */
  readonly routesPerService: number
  /** Series that the traffic shows in /metrics. */
  readonly metricSeries: number
}

export const DEFAULT_BUDGET: Budget = {
  sources: 1_000,
  seriesPerSource: 10_000,
  series: 200_000,
  routesPerService: 500,
  metricSeries: 75_000,
}

/** Every source gets so many series, however many the others have taken. */
const GUARANTEED = 50

/** Share of a budget that is kept back for each level of `{other}` that comes after: what overflows needs room itself. */
const KEPT_BACK: Readonly<Record<Level, number>> = { 0: 0.1, 1: 0.05, 2: 0, 3: -Infinity }

/** Whether a new series of this level still has room. Level 3 always has: only codes and outcomes tell its series apart. */
export function hasRoom(budget: Budget, level: Level, usedBySource: number, used: number): boolean {
  const share = 1 - KEPT_BACK[level]
  if (usedBySource >= Math.ceil(budget.seriesPerSource * share)) return false
  return used < Math.ceil(budget.series * share) || usedBySource < GUARANTEED
}
