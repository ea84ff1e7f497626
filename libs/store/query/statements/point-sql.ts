import type { Parameters } from './parameters.js'

/** The number (from 1) of the point that a bucket lies in. Division where all steps are equal: a search costs several times more. */
export function pointSql(edges: readonly number[], column: string, parameters: Parameters): string {
  const [first = 0, second = first + 1] = edges
  const step = second - first
  const even = edges.every((edge, index) => edge === first + index * step)
  return even
    ? `((${column} - ${parameters.add(first)}::int) / ${parameters.add(step)}::int + 1)`
    : `width_bucket(${column}, ${parameters.add(edges)}::int[])`
}
