import { OUTCOMES, OWNERS, STATUS_CLASSES, type Outcome, type Owner, type StatusClass } from '#catalog'
import { QueryError } from './query-error.js'

/** By what counts can be split; the words are also the names of the columns of `series`. */
export const DIMENSIONS = [
  'source',
  'gateway',
  'service',
  'route',
  'method',
  'protocol',
  'code',
  'class',
  'outcome',
  'owner',
] as const
export type Dimension = (typeof DIMENSIONS)[number]

/** The dimensions by which durations are kept. */
export const LATENCY_DIMENSIONS: readonly Dimension[] = ['source', 'gateway', 'service', 'route', 'class']

/** The labels of one row: only the dimensions that were asked for; `code` null where no response was sent. */
export interface RowKey {
  source?: string
  gateway?: string
  service?: string
  route?: string
  method?: string
  protocol?: string
  code?: number | null
  class?: StatusClass
  outcome?: Outcome
  owner?: Owner
}

/** A row as the database gives it: text, or the number of a code or word. */
export type LabelRow = Readonly<Record<string, unknown>>

/** The key of a database row. */
export function keyOf(row: LabelRow, by: readonly Dimension[]): RowKey {
  const key: RowKey = {}
  for (const dimension of by) {
    const value = row[dimension]
    if (dimension === 'code') key.code = value === 0 ? null : Number(value)
    else if (dimension === 'class') key.class = STATUS_CLASSES[Number(value)] ?? 'none'
    else if (dimension === 'outcome') key.outcome = OUTCOMES[Number(value)] ?? 'unknown'
    else if (dimension === 'owner') key.owner = OWNERS[Number(value)] ?? 'unknown'
    else key[dimension] = String(value)
  }
  return key
}

/** One text for a database row's labels, different for different labels. */
export function keyText(row: LabelRow, by: readonly Dimension[]): string {
  return JSON.stringify(by.map((dimension) => row[dimension]))
}

/** Removes repetitions; throws QueryError when there is nothing to split by. */
export function checkedDimensions(by: readonly Dimension[]): Dimension[] {
  if (by.length === 0) throw new QueryError('bad_user_input', 'by: name at least one dimension')
  return [...new Set(by)]
}
