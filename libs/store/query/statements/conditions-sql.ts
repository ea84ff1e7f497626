import type { Condition } from '../filter.js'
import type { Parameters } from './parameters.js'

/** `AND …` for each condition; values go as parameters, columns come from a fixed list. */
export function conditionsSql(conditions: readonly Condition[], alias: string, parameters: Parameters): string {
  return conditions
    .map(({ column, values }) => {
      const type = typeof values[0] === 'string' ? 'text[]' : 'int[]'
      return values.length === 0 ? 'AND false' : `AND ${alias}.${column} = ANY(${parameters.add(values)}::${type})`
    })
    .join('\n    ')
}
