import { TIERS, type Tier } from './tier.js'

/** A part of a range that is read from one tier: buckets `from..to`, half-open. */
export interface Rung {
  readonly tier: Tier['name']
  readonly from: number
  readonly to: number
}

/**
 * Splits buckets `from..to` into at most seven parts: fine tiers at the edges, the coarsest tiers between. As tiers agree,
 * the sum is the same as over the finest one, for a few dozen buckets instead of thousands: 24 hours are at most 118 minutes and 23
 * hours. `finest` must be held at both edges and its width must divide both.
 */
export function ladder(from: number, to: number, finest: Tier): Rung[] {
  if (from >= to) return []
  const coarser = TIERS[TIERS.indexOf(finest) + 1]
  if (coarser === undefined) return [{ tier: finest.name, from, to }]
  const innerFrom = Math.ceil(from / coarser.width) * coarser.width
  const innerTo = Math.floor(to / coarser.width) * coarser.width
  if (innerFrom >= innerTo) return [{ tier: finest.name, from, to }]
  const edges = [
    { tier: finest.name, from, to: innerFrom },
    { tier: finest.name, from: innerTo, to },
  ].filter((edge) => edge.from < edge.to)
  return [...ladder(innerFrom, innerTo, coarser), ...edges]
}

/** How many bucket rows each series can have in these parts. */
export function rowsPerSeries(rungs: readonly Rung[]): number {
  const widths = new Map<string, number>(TIERS.map(({ name, width }) => [name, width]))
  return rungs.reduce((sum, { tier, from, to }) => sum + (to - from) / (widths.get(tier) ?? 1), 0)
}
