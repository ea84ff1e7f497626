import { Field, Int, ObjectType } from '@nestjs/graphql'
import { DateTime } from './date-time.js'
import { BreakdownRow } from './breakdown.js'
import { Counts } from './counts.js'
import { Span } from './span.js'

@ObjectType({ description: 'One step of a series.' })
export class Point {
  @Field(() => DateTime, { description: 'Where the step begins.' })
  at!: Date

  @Field(() => Counts, {
    nullable: true,
    description:
      'What was counted. Zero where it is known that nothing happened, null where nothing is known: before the first data, or after the last.',
  })
  counts!: Counts | null
}

@ObjectType({ description: 'One line of a chart.' })
export class Series {
  @Field(() => BreakdownRow, { description: 'Its labels, and the sum of its points.' })
  key!: BreakdownRow

  @Field(() => [Point], { description: 'Its points, oldest first, without gaps.' })
  points!: Point[]
}

@ObjectType({ description: 'Counts over time, for the busiest groups.' })
export class TimeSeries {
  @Field(() => Span, { description: 'What was read, and the length of a step.' })
  span!: Span

  @Field(() => [Series], { description: 'The busiest groups, the busiest first.' })
  series!: Series[]

  @Field(() => Int, { description: 'How many groups beyond first there are.' })
  omitted!: number
}
