import type { Dimension } from './dimension.js'
import type { Condition } from './filter.js'

/** Whose cells are read, with the tables of their labels and cells. */
export interface Grain {
  readonly labels: 'series' | 'rollup'
  readonly cells: 'cell' | 'rollup'
  readonly id: 'series_id' | 'rollup_id'
}

/** Cells under all labels. */
export const SERIES: Grain = { labels: 'series', cells: 'cell', id: 'series_id' }
/** Cells without route, method and protocol: the same sums in many times fewer rows. */
export const ROLLUPS: Grain = { labels: 'rollup', cells: 'rollup', id: 'rollup_id' }

const ONLY_OF_SERIES: readonly Dimension[] = ['route', 'method', 'protocol']

/** The coarsest grain that can answer: rollups, unless the question names what they do not tell apart. */
export function grainFor(by: readonly Dimension[], conditions: readonly Condition[]): Grain {
  const named = [...by, ...conditions.map(({ column }) => column)]
  return named.some((dimension) => ONLY_OF_SERIES.includes(dimension)) ? SERIES : ROLLUPS
}
