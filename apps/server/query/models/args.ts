import { ArgsType, Field, Int } from '@nestjs/graphql'
import { Filter, Range } from './inputs.js'
import { AlertState, BreakdownOrder, Dimension, StatusClass } from './words.js'

@ArgsType()
export class StatusCodesArgs {
  @Field(() => StatusClass, { nullable: true, description: 'Only this category.' })
  class?: StatusClass | null

  @Field(() => String, {
    nullable: true,
    description: 'Only what this defines: documented, iana, a vendor such as nginx, or a source with codes of its own.',
  })
  source?: string | null
}

@ArgsType()
export class BreakdownArgs {
  @Field(() => Range, { description: 'When.' })
  range!: Range

  @Field(() => [Dimension], { description: 'What to split by; at least one.' })
  by!: Dimension[]

  @Field(() => Filter, { nullable: true, description: 'Which events; absent: all.' })
  filter?: Filter | null

  @Field(() => BreakdownOrder, { nullable: true, defaultValue: BreakdownOrder.COUNT, description: 'What comes first.' })
  orderBy?: BreakdownOrder | null

  @Field(() => Int, { nullable: true, defaultValue: 50, description: 'Rows of the page, 1 to 500.' })
  first?: number | null

  @Field(() => String, { nullable: true, description: 'The endCursor of the page before; it is good for 5 minutes.' })
  after?: string | null
}

@ArgsType()
export class TimeSeriesArgs {
  @Field(() => Range, { description: 'When.' })
  range!: Range

  @Field(() => String, {
    nullable: true,
    description: 'Length of a point, such as 30s, 5m or 1d; absent: about a hundred points.',
  })
  step?: string | null

  @Field(() => [Dimension], { nullable: true, description: 'What to split by; absent: one series of everything.' })
  by?: Dimension[] | null

  @Field(() => Filter, { nullable: true, description: 'Which events; absent: all.' })
  filter?: Filter | null

  @Field(() => Int, { nullable: true, defaultValue: 10, description: 'How many of the busiest groups, 1 to 100.' })
  first?: number | null

  @Field(() => String, {
    nullable: true,
    description: 'An IANA name such as Europe/Berlin: where steps of days begin. Absent: UTC.',
  })
  timeZone?: string | null
}

@ArgsType()
export class SamplesArgs {
  @Field(() => Range, { description: 'When.' })
  range!: Range

  @Field(() => Filter, { nullable: true, description: 'Which requests; absent: all.' })
  filter?: Filter | null

  @Field(() => Int, { nullable: true, defaultValue: 20, description: 'How many, 1 to 100; the newest first.' })
  first?: number | null
}

@ArgsType()
export class AlertsArgs {
  @Field(() => [AlertState], { nullable: true, description: 'Only in these states; absent: all.' })
  state?: AlertState[] | null

  @Field(() => Range, { nullable: true, description: 'Only those that were active at some time in it; absent: all.' })
  range?: Range | null

  @Field(() => Int, { nullable: true, defaultValue: 50, description: 'Rows of the page, 1 to 500.' })
  first?: number | null

  @Field(() => String, { nullable: true, description: 'The endCursor of the page before.' })
  after?: string | null
}

@ArgsType()
export class RejectsArgs {
  @Field(() => String, { nullable: true, description: 'Only of this source.' })
  source?: string | null

  @Field(() => String, { nullable: true, description: 'Only for this reason.' })
  reason?: string | null

  @Field(() => Int, { nullable: true, defaultValue: 50, description: 'Rows of the page, 1 to 500.' })
  first?: number | null

  @Field(() => String, { nullable: true, description: 'The endCursor of the page before.' })
  after?: string | null
}
