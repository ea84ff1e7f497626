import { Inject, UseFilters } from '@nestjs/common'
import { Args, Context, ID, Info, Int, Query, Resolver } from '@nestjs/graphql'
import type { GraphQLResolveInfo } from 'graphql'
import { Answers } from './answers.js'
import type { GraphqlContext } from './graphql-context.js'
import { GraphqlFilter, requireScope } from './graphql-errors.js'
import { Alert, AlertConnection } from './models/alert.js'
import { AlertsArgs, BreakdownArgs, RejectsArgs, SamplesArgs, StatusCodesArgs, TimeSeriesArgs } from './models/args.js'
import { Breakdown } from './models/breakdown.js'
import { RejectConnection } from './models/reject.js'
import { Rule } from './models/rule.js'
import { Sample } from './models/sample.js'
import { Source } from './models/source.js'
import { StatusCode } from './models/status-code.js'
import { TimeSeries } from './models/time-series.js'
import { selects } from './selection.js'

/** The questions of the GraphQL schema. */
@Resolver()
@UseFilters(GraphqlFilter)
export class QuestionResolver {
  constructor(@Inject(Answers) private readonly answers: Answers) {}

  @Query(() => [StatusCode], { description: 'The catalogue of status codes.' })
  statusCodes(@Args({ type: () => StatusCodesArgs }) args: StatusCodesArgs): StatusCode[] {
    return this.answers.statusCodes(args)
  }

  @Query(() => StatusCode, { nullable: true, description: 'What one status code means; null: nobody describes it.' })
  statusCode(@Args('code', { type: () => Int, description: 'The number.' }) code: number): StatusCode | null {
    return this.answers.statusCode(code)
  }

  @Query(() => Breakdown, { description: 'Who or what caused how much.' })
  breakdown(
    @Args({ type: () => BreakdownArgs }) args: BreakdownArgs,
    @Context() { budget }: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Breakdown> {
    return this.answers.breakdown(args, wantsDurations(info), budget)
  }

  @Query(() => TimeSeries, { description: 'How counts went over time.' })
  timeSeries(
    @Args({ type: () => TimeSeriesArgs }) args: TimeSeriesArgs,
    @Context() { budget }: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TimeSeries> {
    return this.answers.timeSeries(args, wantsDurations(info), budget)
  }

  @Query(() => [Sample], { description: 'Example requests that failed, the newest first.' })
  samples(@Args({ type: () => SamplesArgs }) args: SamplesArgs): Promise<Sample[]> {
    return this.answers.samples(args)
  }

  @Query(() => [Source], { description: 'Where logs come from, with lag, health and ledger.' })
  sources(): Promise<Source[]> {
    return this.answers.sources()
  }

  @Query(() => AlertConnection, { description: 'Alerts, the latest start first.' })
  alerts(@Args({ type: () => AlertsArgs }) args: AlertsArgs): Promise<AlertConnection> {
    return this.answers.alerts(args)
  }

  @Query(() => Alert, { nullable: true, description: 'One alert; null: there is none with this id.' })
  alert(@Args('id', { type: () => ID, description: 'Its id.' }) id: string): Promise<Alert | null> {
    return this.answers.alert(id)
  }

  @Query(() => [Rule], { description: 'The alert rules in force.' })
  rules(): Rule[] {
    return this.answers.rules()
  }

  @Query(() => RejectConnection, { description: 'Quarantine: records that were not counted. Needs the scope admin.' })
  rejects(
    @Args({ type: () => RejectsArgs }) args: RejectsArgs,
    @Context() context: GraphqlContext,
  ): Promise<RejectConnection> {
    requireScope(context, 'admin')
    return this.answers.rejects(args)
  }
}

function wantsDurations(info: GraphQLResolveInfo): boolean {
  return selects(info, 'durationMs') || selects(info, 'durationUnavailable')
}
