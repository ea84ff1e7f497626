import { CLASS_INDEX, OUTCOME_INDEX, OWNER_INDEX, type Outcome, type Owner, type StatusClass } from '#catalog'
import type { Dimension } from './dimension.js'
import { QueryError } from './query-error.js'

/** Which series count: each list holds the values that are let through; an absent list lets everything through. */
export interface Filter {
  readonly source?: readonly string[] | null
  readonly gateway?: readonly string[] | null
  readonly service?: readonly string[] | null
  readonly route?: readonly string[] | null
  readonly method?: readonly string[] | null
  readonly protocol?: readonly string[] | null
  /** 0 means that no response was sent. */
  readonly code?: readonly number[] | null
  readonly class?: readonly StatusClass[] | null
  readonly outcome?: readonly Outcome[] | null
  readonly owner?: readonly Owner[] | null
  /** Only the outcome server_error. */
  readonly errorsOnly?: boolean | null
}

/** A condition on one column: the stored values that pass. */
export interface Condition {
  readonly column: Dimension
  readonly values: readonly string[] | readonly number[]
}

const TEXT_COLUMNS = ['source', 'gateway', 'service', 'route', 'method', 'protocol'] as const

/** The conditions of a filter; throws QueryError when a list is too long or holds what no label can be. */
export function conditionsOf(filter: Filter, maxValues: number): Condition[] {
  const conditions: Condition[] = []
  for (const column of TEXT_COLUMNS) {
    const values = filter[column]
    if (values) conditions.push({ column, values: values.map((value) => checkedText(column, value)) })
  }
  if (filter.code) conditions.push({ column: 'code', values: filter.code })
  if (filter.class) conditions.push({ column: 'class', values: filter.class.map((word) => CLASS_INDEX[word]) })
  if (filter.outcome) conditions.push({ column: 'outcome', values: filter.outcome.map((word) => OUTCOME_INDEX[word]) })
  if (filter.owner) conditions.push({ column: 'owner', values: filter.owner.map((word) => OWNER_INDEX[word]) })
  if (filter.errorsOnly === true) conditions.push({ column: 'outcome', values: [OUTCOME_INDEX.server_error] })
  const long = conditions.find(({ values }) => values.length > maxValues)
  if (long) throw new QueryError('query_too_complex', `filter.${long.column}: at most ${maxValues} values`)
  return conditions
}

const MAX_TEXT = 2_000

/** Postgres text holds no NUL; refusing it here keeps the refusal the asker's, not the database's. */
function checkedText(column: string, value: string): string {
  if (value.length > MAX_TEXT || value.includes('\0'))
    throw new QueryError('bad_user_input', `filter.${column}: at most ${MAX_TEXT} characters, no NUL`)
  return value
}
