import { Inject, Injectable } from '@nestjs/common'
import { Catalog } from '#catalog'
import { QueryError, QueryService, type QuestionBudget } from '#store'
import { decodeAlertCursor, encodeAlertCursor } from './alert-cursor.js'
import type {
  AlertsArgs,
  BreakdownArgs,
  RejectsArgs,
  SamplesArgs,
  StatusCodesArgs,
  TimeSeriesArgs,
} from './models/args.js'
import type { Alert, AlertConnection } from './models/alert.js'
import type { Breakdown } from './models/breakdown.js'
import type { RejectConnection } from './models/reject.js'
import type { Rule } from './models/rule.js'
import type { Sample } from './models/sample.js'
import type { Source } from './models/source.js'
import type { StatusCode } from './models/status-code.js'
import type { TimeSeries } from './models/time-series.js'
import { lower } from './models/words.js'
import { AlertQueries, RejectQueries } from './ports.js'
import { alertModel, ruleModel } from './present/alert.js'
import { breakdownModel, timeSeriesModel } from './present/breakdown.js'
import { sampleModel, sourceModel } from './present/sample.js'
import { statusCodeModel } from './present/status-code.js'
import { QUESTION_TIMES, type QuestionTimes, type TimedQuestion } from './question-times.js'
import { filterOf, rangeOf } from './questions.js'

const MAX_PAGE = 500

/** Every answer in the words of GraphQL; its resolvers and the REST twins both ask here, so that they say the same. */
@Injectable()
export class Answers {
  constructor(
    @Inject(QueryService) private readonly query: QueryService,
    @Inject(Catalog) private readonly catalog: Catalog,
    @Inject(AlertQueries) private readonly alertQueries: AlertQueries,
    @Inject(RejectQueries) private readonly rejectQueries: RejectQueries,
    @Inject(QUESTION_TIMES) private readonly times: QuestionTimes,
  ) {}

  statusCodes(args: StatusCodesArgs): StatusCode[] {
    const { class: statusClass, source } = args
    const filter = { ...(statusClass ? { class: lower(statusClass) } : {}), ...(source ? { source } : {}) }
    return this.catalog.list(filter).map(statusCodeModel)
  }

  statusCode(code: number): StatusCode | null {
    const entry = this.catalog.get(code)
    return entry === undefined ? null : statusCodeModel(entry)
  }

  async breakdown(args: BreakdownArgs, durations: boolean, budget?: QuestionBudget): Promise<Breakdown> {
    const { range, by, filter, orderBy, first, after } = args
    const question = {
      range: rangeOf(range),
      by: by.map(lower),
      filter: filterOf(filter),
      order: orderBy ? lower(orderBy) : null,
      first: first ?? null,
      after: after ?? null,
      durations,
    }
    return breakdownModel(this.catalog, await this.timed('breakdown', () => this.query.breakdown(question, budget)))
  }

  async timeSeries(args: TimeSeriesArgs, durations: boolean, budget?: QuestionBudget): Promise<TimeSeries> {
    const { range, step, by, filter, first, timeZone } = args
    const question = {
      range: rangeOf(range),
      step: step ?? null,
      by: by?.map(lower) ?? null,
      filter: filterOf(filter),
      first: first ?? null,
      timeZone: timeZone ?? null,
      durations,
    }
    return timeSeriesModel(this.catalog, await this.timed('timeSeries', () => this.query.timeSeries(question, budget)))
  }

  async samples({ range, filter, first }: SamplesArgs): Promise<Sample[]> {
    const question = { range: rangeOf(range), filter: filterOf(filter), first: first ?? null }
    return (await this.timed('samples', () => this.query.samples(question))).map(sampleModel)
  }

  async sources(): Promise<Source[]> {
    return (await this.timed('sources', () => this.query.sources())).map(sourceModel)
  }

  async alerts({ state, range, first, after }: AlertsArgs): Promise<AlertConnection> {
    const question = {
      states: state?.map(lower) ?? [],
      range: range ? this.query.times(rangeOf(range)) : null,
      first: pageSize(first),
      after: after ? decodeAlertCursor(after) : null,
    }
    const { alerts, hasNextPage } = await this.timed('alerts', () =>
      this.query.inTurn(() => this.alertQueries.list(question)),
    )
    const last = alerts[alerts.length - 1]
    const rules = this.alertQueries.rules()
    return {
      nodes: alerts.map((alert) => alertModel(this.catalog, alert, rules)),
      pageInfo: { hasNextPage, endCursor: last === undefined ? null : encodeAlertCursor(last) },
    }
  }

  async alert(id: string): Promise<Alert | null> {
    const checkedId = checkedText('id', id)
    const alert = await this.timed('alert', () => this.query.inTurn(() => this.alertQueries.get(checkedId)))
    return alert === null ? null : alertModel(this.catalog, alert, this.alertQueries.rules())
  }

  rules(): Rule[] {
    return this.alertQueries.rules().map(ruleModel)
  }

  async rejects({ source, reason, first, after }: RejectsArgs): Promise<RejectConnection> {
    const question = {
      source: source ? checkedText('source', source) : null,
      reason: reason ? checkedText('reason', reason) : null,
      first: pageSize(first),
      after: after ? checkedNumber('after', after) : null,
    }
    const { rejects, hasNextPage } = await this.timed('rejects', () =>
      this.query.inTurn(() => this.rejectQueries.list(question)),
    )
    return {
      nodes: rejects.map(({ atMs, replayedAtMs, ...reject }) => ({
        ...reject,
        at: new Date(atMs),
        replayedAt: replayedAtMs === null ? null : new Date(replayedAtMs),
      })),
      pageInfo: { hasNextPage, endCursor: rejects[rejects.length - 1]?.id ?? null },
    }
  }

  /** Runs what reads the store; the time of a question that failed counts too. */
  private async timed<Answer>(question: TimedQuestion, work: () => Promise<Answer>): Promise<Answer> {
    const startedMs = performance.now()
    try {
      return await work()
    } finally {
      this.times(question, (performance.now() - startedMs) / 1_000)
    }
  }
}

function pageSize(first: number | null | undefined): number {
  const size = first ?? 50
  if (!Number.isInteger(size) || size < 1) throw new QueryError('bad_user_input', 'first: a whole number from 1')
  if (size > MAX_PAGE) throw new QueryError('query_too_complex', `first: at most ${MAX_PAGE}`)
  return size
}

/** The ids of quarantine are whole numbers. */
function checkedNumber(name: string, value: string): string {
  if (!/^\d{1,16}$/.test(value) || !Number.isSafeInteger(Number(value)))
    throw new QueryError('bad_user_input', `${name}: not a cursor of this server`)
  return value
}

/** Postgres text holds no NUL. */
function checkedText(name: string, value: string): string {
  if (value.length > 1_000 || value.includes('\0'))
    throw new QueryError('bad_user_input', `${name}: at most 1000 characters, no NUL`)
  return value
}
