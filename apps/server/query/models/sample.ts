import { Field, Float, Int, ObjectType } from '@nestjs/graphql'
import { DateTime } from './date-time.js'
import { Outcome, Owner } from './words.js'

@ObjectType({
  description: 'An example of a failing request, with the ids that find it in other systems. Never the raw path.',
})
export class Sample {
  @Field(() => DateTime, { description: 'When the response ended.' })
  at!: Date

  @Field(() => String, { description: 'Where the log came from.' })
  source!: string

  @Field(() => String, { description: 'The gateway.' })
  gateway!: string

  @Field(() => String, { description: 'The service.' })
  service!: string

  @Field(() => String, { description: 'The route template.' })
  route!: string

  @Field(() => String, { description: 'The method.' })
  method!: string

  @Field(() => Int, { nullable: true, description: 'The status code; null where no response was sent.' })
  code!: number | null

  @Field(() => Outcome, { description: 'What happened to the caller.' })
  outcome!: Outcome

  @Field(() => Owner, { description: 'Whose fault it was.' })
  owner!: Owner

  @Field(() => Float, { nullable: true, description: 'How long it took, where the log tells.' })
  durationMs!: number | null

  @Field(() => String, { nullable: true, description: "The gateway's id of the request." })
  requestId!: string | null

  @Field(() => String, { nullable: true, description: 'The trace it belongs to.' })
  traceId!: string | null

  @Field(() => String, { nullable: true, description: 'What more the log said of it; null: nothing.' })
  detail!: string | null
}
