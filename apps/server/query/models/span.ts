import { Field, ObjectType } from '@nestjs/graphql'
import { DateTime } from './date-time.js'

@ObjectType({ description: 'What was really read: never narrower than what was asked for.' })
export class Span {
  @Field(() => DateTime, { description: 'Where it begins.' })
  from!: Date

  @Field(() => DateTime, { description: 'Where it ends, exclusive.' })
  to!: Date

  @Field(() => String, {
    nullable: true,
    description: 'Length of a point, such as 5m; null where the answer is one sum.',
  })
  step!: string | null

  @Field(() => String, { description: 'The finest tier that was read: 10s, 1m, 1h or 1d.' })
  tier!: string

  @Field(() => DateTime, { description: 'When it was read.' })
  asOf!: Date

  @Field(() => Boolean, {
    description: 'False while more may arrive in the range, and where its beginning is no longer held.',
  })
  complete!: boolean
}
