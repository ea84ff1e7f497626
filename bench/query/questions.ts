import { GOALS, type Goal } from '../goals.js'
import type { Random } from '../random.js'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** One kind of question. */
export interface QuestionKind {
  readonly what: string
  readonly by: readonly ('SERVICE' | 'CODE' | 'ROUTE')[]
  readonly lengthMs: number
  /** Ranges end so long before now at most. */
  readonly endsWithinMs: number
  /** For the time that 95 of a hundred of its kind take, ms. */
  readonly goal: Goal | null
  /** Every question names one route. */
  readonly ofOneRoute?: boolean
}

const SERVICE_CODE = ['SERVICE', 'CODE'] as const

export const QUESTION_KINDS: readonly QuestionKind[] = [
  {
    what: 'by service, code: 15 min',
    by: SERVICE_CODE,
    lengthMs: 15 * MINUTE_MS,
    endsWithinMs: 10 * MINUTE_MS,
    goal: GOALS.breakdownMs['15 min'],
  },
  {
    what: 'by service, code: 24 h',
    by: SERVICE_CODE,
    lengthMs: DAY_MS,
    endsWithinMs: HOUR_MS,
    goal: GOALS.breakdownMs['24 h'],
  },
  {
    what: 'by service, code: 7 d',
    by: SERVICE_CODE,
    lengthMs: 7 * DAY_MS,
    endsWithinMs: DAY_MS,
    goal: GOALS.breakdownMs['7 d'],
  },
  {
    what: 'by service, code: 30 d',
    by: SERVICE_CODE,
    lengthMs: 30 * DAY_MS,
    endsWithinMs: DAY_MS,
    goal: GOALS.breakdownMs['30 d'],
  },
  {
    what: 'by route: 7 d',
    by: ['ROUTE'],
    lengthMs: 7 * DAY_MS,
    endsWithinMs: DAY_MS,
    goal: GOALS.breakdownMs['route 7 d'],
  },
  {
    what: 'by route: 30 d',
    by: ['ROUTE'],
    lengthMs: 30 * DAY_MS,
    endsWithinMs: DAY_MS,
    goal: GOALS.breakdownMs['route 30 d'],
  },
  {
    what: 'by service, code of one route: 24 h',
    by: SERVICE_CODE,
    lengthMs: DAY_MS,
    endsWithinMs: HOUR_MS,
    goal: null,
    ofOneRoute: true,
  },
]

/** The labels of a stored series. */
export interface StoredSeries {
  readonly id: number
  readonly source: string
  readonly service: string
  readonly route: string
  readonly code: number
  readonly isError: boolean
}

/** What series must be to count; the words of the GraphQL filter. */
export interface Filter {
  readonly source?: readonly string[]
  readonly service?: readonly string[]
  readonly route?: readonly string[]
  readonly code?: readonly number[]
  readonly errorsOnly?: boolean
}

/** One question, asked once. */
export interface Question {
  readonly kind: QuestionKind
  readonly fromMs: number
  readonly toMs: number
  readonly filter: Filter
}

/** A question with a range and a filter that no other has; every fifth is about everything. */
export const questionOf = (
  kind: QuestionKind,
  series: readonly StoredSeries[],
  nowMs: number,
  random: Random,
): Question => {
  const toMs = nowMs - random.below(kind.endsWithinMs)
  const one = series[random.below(series.length)]!
  const filter =
    kind.ofOneRoute === true ? { service: [one.service], route: [one.route] } : someFilter(one, series, random)
  return { kind, fromMs: toMs - kind.lengthMs, toMs, filter }
}

const someFilter = (one: StoredSeries, series: readonly StoredSeries[], random: Random): Filter => {
  const other = series[random.below(series.length)]!
  const filters: readonly Filter[] = [
    {},
    { source: [one.source, other.source] },
    { service: [one.service, other.service] },
    { code: [one.code, other.code] },
    { errorsOnly: true },
  ]
  return filters[random.below(filters.length)]!
}

/** Whether a series counts. */
export const passes = (series: StoredSeries, { source, service, route, code, errorsOnly }: Filter): boolean =>
  (source?.includes(series.source) ?? true) &&
  (service?.includes(series.service) ?? true) &&
  (route?.includes(series.route) ?? true) &&
  (code?.includes(series.code) ?? true) &&
  (errorsOnly !== true || series.isError)
