import { Field, Int, ObjectType } from '@nestjs/graphql'
import { Outcome, Owner, StatusClass } from './words.js'

@ObjectType({ description: 'What a status code means.' })
export class StatusCode {
  @Field(() => Int, { description: 'The number.' })
  code!: number

  @Field(() => String, { description: 'Its name, such as Bad Gateway.' })
  name!: string

  @Field(() => StatusClass, { description: 'Its category.' })
  class!: StatusClass

  @Field(() => String, { description: 'What it says.' })
  description!: string

  @Field(() => String, { description: 'When a server should use it.' })
  whenToUse!: string

  @Field(() => String, { description: 'An example.' })
  example!: string

  @Field(() => String, { description: 'Who defines it: documented, iana, a vendor such as nginx, or an overlay.' })
  source!: string

  @Field(() => Outcome, { description: 'What it means for the caller.' })
  outcome!: Outcome

  @Field(() => Owner, { description: 'Whose fault it is, where the log tells nothing of the upstream.' })
  owner!: Owner

  @Field(() => Boolean, { description: 'Whether the same request may succeed later.' })
  retryable!: boolean
}
