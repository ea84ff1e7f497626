import { Field, Float, Int, ObjectType } from '@nestjs/graphql'
import { Counts } from './counts.js'
import { PageInfo } from './page-info.js'
import { Span } from './span.js'
import { StatusCode } from './status-code.js'
import { Outcome, Owner, StatusClass } from './words.js'

const label = (what: string) => ({ nullable: true, description: `${what}; null where it was not asked for.` })

@ObjectType({ description: 'One group: the labels that were asked for, and its counts.' })
export class BreakdownRow {
  @Field(() => String, label('Where the log came from'))
  source!: string | null

  @Field(() => String, label('The gateway'))
  gateway!: string | null

  @Field(() => String, label('The service'))
  service!: string | null

  @Field(() => String, label('The route template'))
  route!: string | null

  @Field(() => String, label('The method'))
  method!: string | null

  @Field(() => String, label('The protocol'))
  protocol!: string | null

  @Field(() => Int, {
    nullable: true,
    description: 'The status code; null where no response was sent, or it was not asked for.',
  })
  code!: number | null

  @Field(() => StatusClass, label('The category of the code'))
  class!: StatusClass | null

  @Field(() => Outcome, label('What happened to the caller'))
  outcome!: Outcome | null

  @Field(() => Owner, label('Whose fault it was'))
  owner!: Owner | null

  @Field(() => Counts, { description: 'What was counted.' })
  counts!: Counts

  @Field(() => Float, { description: "Part of the total's count, 0 to 1." })
  share!: number

  @Field(() => StatusCode, {
    nullable: true,
    description: 'What the code means; null without a code, or for one that nobody describes.',
  })
  statusCode!: StatusCode | null
}

@ObjectType({ description: 'Counts by dimensions. On every page, rows and remainder add up to the total.' })
export class Breakdown {
  @Field(() => Span, { description: 'What was read.' })
  span!: Span

  @Field(() => Counts, { description: 'Everything that passes the filter.' })
  total!: Counts

  @Field(() => [BreakdownRow], { description: 'The groups of this page, the largest first.' })
  rows!: BreakdownRow[]

  @Field(() => Counts, { nullable: true, description: 'Everything that is not in these rows; null when they are all.' })
  remainder!: Counts | null

  @Field(() => PageInfo, { description: 'Where the page ends. A cursor keeps range and order for 5 minutes.' })
  pageInfo!: PageInfo
}
