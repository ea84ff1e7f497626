import type { Pool } from 'pg'
import { readBreakdown, type Breakdown, type BreakdownQuestion } from './breakdown.js'
import { DEFAULT_QUERY_LIMITS, type QueryLimits } from './limits.js'
import { QuestionBudget } from './question-budget.js'
import { timesOf, type Range } from './range.js'
import { readSamples, type Sample, type SamplesQuestion } from './samples.js'
import { Snapshots } from './snapshot.js'
import { readSources, type Source } from './sources.js'
import { readTimeSeries, type TimeSeries, type TimeSeriesQuestion } from './time-series.js'
import { readMetricSeries } from './metric-series.js'

/**
 * Answers every question about what was counted; GraphQL, REST, metrics and dashboard all ask here. Questions that cannot be answered
 * reject with QueryError. Each answer is read from one snapshot.
 */
export class QueryService {
  private readonly snapshots: Snapshots

  constructor(
    pool: Pool,
    private readonly now: () => number,
    readonly limits: QueryLimits = DEFAULT_QUERY_LIMITS,
  ) {
    this.snapshots = new Snapshots(pool, limits.concurrent, limits.statementTimeoutMs)
  }

  /** What the questions of one request may read together. */
  budget(): QuestionBudget {
    return new QuestionBudget(this.limits.maxCells)
  }

  /** The times that a range means now, epoch ms; rejects what a question would reject. */
  times(range: Range): { readonly fromMs: number; readonly toMs: number } {
    return timesOf(range, this.now(), this.limits.maxRangeMs)
  }

  /** Counts by dimensions, the largest first. */
  breakdown(question: BreakdownQuestion, budget = this.budget()): Promise<Breakdown> {
    return this.snapshots.read((snapshot) => readBreakdown(snapshot, question, this.now(), this.limits, budget))
  }

  /** Counts over time. */
  timeSeries(question: TimeSeriesQuestion, budget = this.budget()): Promise<TimeSeries> {
    return this.snapshots.read((snapshot) => readTimeSeries(snapshot, question, this.now(), this.limits, budget))
  }

  /** Example requests that failed, the newest first. */
  samples(question: SamplesQuestion): Promise<Sample[]> {
    return this.snapshots.read((snapshot) => readSamples(snapshot, question, this.now(), this.limits))
  }

  /** Every source with lag, health and ledger. */
  sources(): Promise<Source[]> {
    return this.snapshots.read((snapshot) => readSources(snapshot, this.limits.seriesBudget))
  }

  /** Runs a question that reads with statements of its own, such as alerts, in turn with all others. */
  inTurn<Answer>(read: () => Promise<Answer>): Promise<Answer> {
    return this.snapshots.inTurn(read)
  }

  /** Series that the traffic takes of its budget in /metrics, where every service shows `zeroCodes`. */
  metricSeries(zeroCodes: readonly number[]): Promise<number> {
    return this.snapshots.read((snapshot) => readMetricSeries(snapshot, zeroCodes))
  }
}
