import { decodeCursor, encodeCursor, questionDigest, type BreakdownCursor } from './breakdown-cursor.js'
import { countsOf, rateOf, remainderOf, type CountsRow, type MeasuredCounts } from './counts.js'
import { readCoverage, type Coverage } from './coverage.js'
import { checkedDimensions, keyOf, keyText, type Dimension, type RowKey } from './dimension.js'
import {
  latencyFields,
  mergedDurations,
  noDurations,
  readDurations,
  whyUnavailable,
  type Durations,
} from './durations.js'
import { conditionsOf, type Condition, type Filter } from './filter.js'
import { grainFor } from './grain.js'
import { ladder, rowsPerSeries } from './ladder.js'
import type { QueryLimits } from './limits.js'
import { QueryError } from './query-error.js'
import type { QuestionBudget } from './question-budget.js'
import { timesOf, type Range } from './range.js'
import type { Snapshot } from './snapshot.js'
import { isPast, snappedSpan, type Span } from './span.js'
import { breakdownSql, type BreakdownOrder } from './statements/breakdown-sql.js'
import { BUCKET_MS, tierNamed } from './tier.js'

/** Who or what caused how much in a range. */
export interface BreakdownQuestion {
  readonly range: Range
  readonly by: readonly Dimension[]
  readonly filter?: Filter | null
  readonly order?: BreakdownOrder | null
  /** Rows of the page. */
  readonly first?: number | null
  /** The cursor at the end of the page before. */
  readonly after?: string | null
  /** Read durations too; they cost more than the counts. */
  readonly durations?: boolean
}

/** One group of a breakdown. */
export interface BreakdownRow {
  readonly key: RowKey
  readonly counts: MeasuredCounts
  /** Part of the total's count, 0 to 1. */
  readonly share: number
}

/** Rows and remainder add up to the total, on every page; the remainder is null when the rows are everything. */
export interface Breakdown {
  readonly span: Span
  readonly total: MeasuredCounts
  readonly rows: readonly BreakdownRow[]
  readonly remainder: MeasuredCounts | null
  readonly hasNextPage: boolean
  readonly endCursor: string | null
}

const USUAL_ROWS = 50

type CheckedQuestion = {
  readonly by: readonly Dimension[]
  readonly conditions: readonly Condition[]
  readonly order: BreakdownOrder
  readonly first: number
  readonly digest: string
  readonly cursor: BreakdownCursor | null
  readonly sources: readonly string[] | null
}

type GroupRow = CountsRow & Record<string, unknown> & { readonly identity: string | null }

/** Answers a breakdown from one snapshot. */
export async function readBreakdown(
  snapshot: Snapshot,
  question: BreakdownQuestion,
  nowMs: number,
  limits: QueryLimits,
  budget: QuestionBudget,
): Promise<Breakdown> {
  const checked = check(question, nowMs, limits)
  const coverage = await readCoverage(snapshot, nowMs, checked.sources)
  const span = spanOf(question, checked.cursor, coverage, limits)
  const rungs = ladder(span.fromMs / BUCKET_MS, span.toMs / BUCKET_MS, tierNamed(span.tier))
  budget.spend(rowsPerSeries(rungs) * coverage[grainFor(checked.by, checked.conditions).labels])
  const sorted = checked.order === 'p99'
  const [totalRow, ...groups] = await snapshot.rows<GroupRow>(
    breakdownSql({
      rungs,
      by: checked.by,
      conditions: checked.conditions,
      order: checked.order === 'p99' ? 'count' : checked.order,
      seen: checked.cursor?.seen ?? [],
      rows: (sorted ? limits.maxSortedGroups : checked.first) + 1,
    }),
  )
  const durations = await durationsOf(snapshot, question, checked, span, limits)
  const ordered = sorted ? byP99(groups, checked.by, durations, limits) : groups
  return answer(checked, span, totalRow, ordered, durations, limits)
}

function check(question: BreakdownQuestion, nowMs: number, limits: QueryLimits): CheckedQuestion {
  const by = checkedDimensions(question.by)
  const conditions = conditionsOf(question.filter ?? {}, limits.maxFilterValues)
  const order = question.order ?? 'count'
  const first = checkedFirst(question.first ?? USUAL_ROWS, limits.maxRows)
  const digest = questionDigest([by, conditions, order])
  if (order === 'p99') {
    const reason = whyUnavailable({ by, conditions, edges: null })
    if (reason !== null) throw new QueryError('bad_user_input', `orderBy: ${reason}`)
  }
  const after = question.after ?? null
  const cursor = after === null ? null : decodeCursor(after, digest, nowMs, limits.cursorLifeMs)
  if (cursor !== null && cursor.seen.length >= limits.maxPagedRows)
    throw new QueryError(
      'query_too_complex',
      `after: pages end at ${limits.maxPagedRows} rows; narrow the question by a filter`,
    )
  return { by, conditions, order, first, digest, cursor, sources: question.filter?.source ?? null }
}

/** The number of rows asked for; throws QueryError unless it is 1 to `max`. */
export function checkedFirst(first: number, max: number): number {
  if (!Number.isInteger(first) || first < 1) throw new QueryError('bad_user_input', 'first: a whole number from 1')
  if (first > max) throw new QueryError('query_too_complex', `first: at most ${max}`)
  return first
}

/** The first page resolves the range, later ones stay with it. */
function spanOf(
  question: BreakdownQuestion,
  cursor: BreakdownCursor | null,
  coverage: Coverage,
  limits: QueryLimits,
): Span {
  const asked = timesOf(cursor ?? question.range, coverage.nowMs, limits.maxRangeMs)
  const span = snappedSpan(asked, coverage, limits)
  if (cursor === null) return span
  const { fromMs, toMs, tier } = cursor
  return { ...span, fromMs, toMs, tier, complete: span.complete && isPast(toMs, coverage) }
}

function durationsOf(
  snapshot: Snapshot,
  { durations }: BreakdownQuestion,
  { by, conditions, order }: CheckedQuestion,
  span: Span,
  limits: QueryLimits,
): Promise<Durations> | Durations {
  if (durations !== true && order !== 'p99') return noDurations()
  const { fromMs, toMs, tier } = span
  return readDurations(snapshot, {
    fromMs,
    toMs,
    tier,
    by,
    conditions,
    edges: null,
    maxHistograms: limits.maxHistograms,
  })
}

/** Slowest first; groups without durations last. */
function byP99(
  groups: readonly GroupRow[],
  by: readonly Dimension[],
  durations: Durations,
  limits: QueryLimits,
): GroupRow[] {
  if (durations.unavailable !== null) throw new QueryError('query_too_complex', `orderBy: ${durations.unavailable}`)
  if (groups.length > limits.maxSortedGroups)
    throw new QueryError(
      'query_too_complex',
      `orderBy: P99 sorts at most ${limits.maxSortedGroups} groups; add a filter`,
    )
  const slowness = new Map(groups.map((group) => [group, durations.of(keyText(group, by))?.latency()?.p99 ?? -1]))
  return groups.toSorted((a, b) => (slowness.get(b) ?? -1) - (slowness.get(a) ?? -1))
}

function answer(
  checked: CheckedQuestion,
  span: Span,
  totalRow: GroupRow | undefined,
  groups: readonly GroupRow[],
  durations: Durations,
  limits: QueryLimits,
): Breakdown {
  if (totalRow === undefined) throw new Error('a breakdown always has a total')
  const seen = checked.cursor?.seen ?? []
  const page = groups.slice(0, Math.min(checked.first, limits.maxPagedRows - seen.length))
  const total = countsOf(totalRow)
  const rows = page.map((group) => rowOf(group, checked.by, total.count, durations))
  const hasNextPage = groups.length > page.length
  const isAll = !hasNextPage && seen.length === 0
  const shown = new Set(page.map((group) => keyText(group, checked.by)))
  return {
    span,
    total: { ...total, ...latencyFields(durations, mergedDurations(durations)) },
    rows,
    remainder: isAll
      ? null
      : {
          ...remainderOf(
            total,
            rows.map(({ counts }) => counts),
            total.estimated,
          ),
          ...latencyFields(durations, mergedDurations(durations, shown)),
        },
    hasNextPage,
    endCursor: page.length === 0 ? null : cursorAfter(checked, span, page),
  }
}

function rowOf(group: GroupRow, by: readonly Dimension[], totalCount: number, durations: Durations): BreakdownRow {
  const counts = countsOf(group)
  return {
    key: keyOf(group, by),
    counts: { ...counts, ...latencyFields(durations, durations.of(keyText(group, by))) },
    share: rateOf(counts.count, totalCount) ?? 0,
  }
}

function cursorAfter({ cursor, digest }: CheckedQuestion, span: Span, page: readonly GroupRow[]): string {
  const { fromMs, toMs, tier, asOfMs } = span
  const seen = [...(cursor?.seen ?? []), ...page.flatMap(({ identity }) => identity ?? [])]
  return encodeCursor({ issuedMs: asOfMs, fromMs, toMs, tier, question: digest, seen })
}
