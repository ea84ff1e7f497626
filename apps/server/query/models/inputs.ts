import { Field, InputType, Int } from '@nestjs/graphql'
import { DateTime } from './date-time.js'
import { Outcome, Owner, StatusClass } from './words.js'

@InputType({
  description:
    'A time range: exactly one of last, or from with or without to. Half-open, and snapped outward to what is stored.',
})
export class Range {
  @Field(() => DateTime, { nullable: true, description: 'Where the range begins.' })
  from?: Date | null

  @Field(() => DateTime, { nullable: true, description: 'Where it ends, exclusive; absent: now.' })
  to?: Date | null

  @Field(() => String, { nullable: true, description: 'A length up to now, such as 15m, 24h, 30d or 2w.' })
  last?: string | null
}

const texts = (what: string) => ({
  nullable: true,
  description: `Only these ${what}; an empty list lets nothing through.`,
})

@InputType({ description: 'Which events count. Lists are alternatives; all lists given must let an event through.' })
export class Filter {
  @Field(() => [String], texts('sources'))
  source?: string[] | null

  @Field(() => [String], texts('gateways'))
  gateway?: string[] | null

  @Field(() => [String], texts('services'))
  service?: string[] | null

  @Field(() => [String], texts('route templates'))
  route?: string[] | null

  @Field(() => [String], texts('methods'))
  method?: string[] | null

  @Field(() => [String], texts('protocols'))
  protocol?: string[] | null

  @Field(() => [Int], texts('status codes (0: no response was sent)'))
  code?: number[] | null

  @Field(() => [StatusClass], texts('classes'))
  class?: StatusClass[] | null

  @Field(() => [Outcome], texts('outcomes'))
  outcome?: Outcome[] | null

  @Field(() => [Owner], texts('owners'))
  owner?: Owner[] | null

  @Field(() => Boolean, { nullable: true, description: 'Only the outcome SERVER_ERROR.' })
  errorsOnly?: boolean | null
}
