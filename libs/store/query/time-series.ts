import { countsOf, rateOf, NO_COUNTS, type CountsRow, type MeasuredCounts } from './counts.js'
import { readCoverage } from './coverage.js'
import type { BreakdownRow } from './breakdown.js'
import { checkedFirst } from './breakdown.js'
import { keyOf, keyText, type Dimension } from './dimension.js'
import { latencyFields, noDurations, readDurations, type Durations } from './durations.js'
import { checkTimeZone } from './edges.js'
import { conditionsOf, type Condition, type Filter } from './filter.js'
import { grainFor } from './grain.js'
import { readKnown, type Known } from './known.js'
import { LatencySum } from './latency.js'
import type { QueryLimits } from './limits.js'
import { QueryError } from './query-error.js'
import type { QuestionBudget } from './question-budget.js'
import { timesOf, type Range } from './range.js'
import type { Snapshot } from './snapshot.js'
import type { Span } from './span.js'
import { timeSeriesSql } from './statements/time-series-sql.js'
import { steppedSpan, type SteppedSpan } from './stepped-span.js'
import { BUCKET_MS, tierNamed } from './tier.js'

/** How counts went over time, for the busiest groups. */
export interface TimeSeriesQuestion {
  readonly range: Range
  /** Such as "5m"; absent: about a hundred points. */
  readonly step?: string | null
  /** Empty: one series of everything. */
  readonly by?: readonly Dimension[] | null
  readonly filter?: Filter | null
  /** How many of the busiest groups. */
  readonly first?: number | null
  /** IANA name: where days begin. */
  readonly timeZone?: string | null
  readonly durations?: boolean
}

/** One step of a series; counts are null where nothing is known, and zero where it is known that nothing happened. */
export interface Point {
  readonly atMs: number
  readonly counts: MeasuredCounts | null
}

/** One line of a chart. */
export interface Series {
  readonly key: BreakdownRow
  readonly points: readonly Point[]
}

/** The answer; `omitted` tells how many groups beyond `first` there are. */
export interface TimeSeries {
  readonly span: Span & { readonly stepMs: number }
  readonly series: readonly Series[]
  readonly omitted: number
}

const USUAL_SERIES = 10

type PointRow = CountsRow &
  Record<string, unknown> & {
    readonly rank: number
    readonly groups: number
    readonly grand: string | number
    readonly point: number
  }

interface Plan {
  readonly by: readonly Dimension[]
  readonly conditions: readonly Condition[]
  readonly stepped: SteppedSpan
}

/** Answers a time series from one snapshot. */
export async function readTimeSeries(
  snapshot: Snapshot,
  question: TimeSeriesQuestion,
  nowMs: number,
  limits: QueryLimits,
  budget: QuestionBudget,
): Promise<TimeSeries> {
  const by = [...new Set(question.by ?? [])]
  const conditions = conditionsOf(question.filter ?? {}, limits.maxFilterValues)
  const first = checkedFirst(question.first ?? USUAL_SERIES, limits.maxSeries)
  const times = timesOf(question.range, nowMs, limits.maxRangeMs)
  checkTimeZone(question.timeZone ?? null)
  const coverage = await readCoverage(snapshot, nowMs, question.filter?.source ?? null)
  const stepped = steppedSpan(times, question.step ?? null, question.timeZone ?? null, coverage, limits)
  checkSize(first, stepped, limits)
  budget.spend(bucketsOf(stepped) * coverage[grainFor(by, conditions).labels])
  const edges = stepped.edges.map((ms) => ms / BUCKET_MS)
  const { tier } = stepped.span
  const rows = await snapshot.rows<PointRow>(timeSeriesSql({ tier, edges, by, conditions, series: first }))
  const plan = { by, conditions, stepped }
  const known = await readKnown(snapshot, { ...plan, edges })
  const durations =
    question.durations === true
      ? await readDurations(snapshot, {
          ...stepped.span,
          by,
          conditions,
          edges,
          maxHistograms: limits.maxHistograms,
        })
      : noDurations()
  return answer(plan, rows, known, durations)
}

function checkSize(first: number, { edges }: SteppedSpan, limits: QueryLimits): void {
  if (first * edges.length > limits.maxAnswerPoints)
    throw new QueryError('query_too_complex', `first × points: at most ${limits.maxAnswerPoints}; choose a longer step`)
}

function bucketsOf({ span }: SteppedSpan): number {
  return (span.toMs - span.fromMs) / (BUCKET_MS * tierNamed(span.tier).width)
}

function answer(plan: Plan, rows: readonly PointRow[], known: Known, durations: Durations): TimeSeries {
  const ranks = Map.groupBy(rows, ({ rank }) => rank)
  const groups = ranks.size === 0 && plan.by.length === 0 ? [[]] : [...ranks.values()]
  const series = groups.map((points) => seriesOf(plan, points, known, durations))
  return { span: plan.stepped.span, series, omitted: Math.max(0, (rows[0]?.groups ?? 0) - groups.length) }
}

function seriesOf({ by, stepped }: Plan, rows: readonly PointRow[], known: Known, durations: Durations): Series {
  const labels = rows[0] ?? {}
  const group = keyText(labels, by)
  const byPoint = new Map(rows.map((row) => [row.point, row]))
  const points = stepped.edges.slice(0, -1).map((atMs, index): Point => {
    const row = byPoint.get(index + 1)
    const isKnown = row !== undefined || known.at(labels, atMs, stepped.edges[index + 1] ?? atMs)
    const counts = row === undefined ? NO_COUNTS : countsOf(row)
    return { atMs, counts: isKnown ? { ...counts, ...latencyFields(durations, durations.of(group, index + 1)) } : null }
  })
  return { key: keyRow(rows, by, group, points, durations), points }
}

/** The whole series as one row: the sum of its points. */
function keyRow(
  rows: readonly PointRow[],
  by: readonly Dimension[],
  group: string,
  points: readonly Point[],
  durations: Durations,
): BreakdownRow {
  const counts = points.reduce((sum, point) => (point.counts === null ? sum : added(sum, point.counts)), NO_COUNTS)
  const latency = new LatencySum()
  for (const part of durations.groups.get(group)?.values() ?? []) latency.merge(part)
  const share = rateOf(counts.count, Number(rows[0]?.grand ?? 0)) ?? 0
  return { key: keyOf(rows[0] ?? {}, by), counts: { ...counts, ...latencyFields(durations, latency) }, share }
}

function added(a: typeof NO_COUNTS, b: typeof NO_COUNTS): typeof NO_COUNTS {
  return {
    count: a.count + b.count,
    errors: a.errors + b.errors,
    throttled: a.throttled + b.throttled,
    denominator: a.denominator + b.denominator,
    bytes: a.bytes + b.bytes,
    retries: a.retries + b.retries,
    estimated: a.estimated || b.estimated,
  }
}
