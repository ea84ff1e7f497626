import { Field, Float, ObjectType } from '@nestjs/graphql'

@ObjectType({ description: 'How long requests took, in milliseconds, over the whole minutes that the range touches.' })
export class Latency {
  @Field(() => Float, { description: 'Requests whose duration is known.' })
  count!: number

  @Field(() => Float, { description: 'Their mean; exact.' })
  mean!: number

  @Field(() => Float, { description: 'Half of them took at most this.' })
  p50!: number

  @Field(() => Float, { description: '90 % took at most this.' })
  p90!: number

  @Field(() => Float, { description: '95 % took at most this.' })
  p95!: number

  @Field(() => Float, { description: '99 % took at most this.' })
  p99!: number

  @Field(() => Float, { description: 'Largest error of the percentiles, as a share of 1.' })
  relativeError!: number
}

@ObjectType({
  description:
    'Sums of events. Whole numbers, exact to 2^53. Rates are shares of the denominator, and null where it is 0.',
})
export class Counts {
  @Field(() => Float, { description: 'All events.' })
  count!: number

  @Field(() => Float, { description: 'Events with the outcome SERVER_ERROR.' })
  errors!: number

  @Field(() => Float, { nullable: true, description: 'errors ÷ denominator, 0 to 1.' })
  errorRate!: number | null

  @Field(() => Float, { description: 'Events with the outcome THROTTLED.' })
  throttled!: number

  @Field(() => Float, { nullable: true, description: 'throttled ÷ denominator, 0 to 1.' })
  throttleRate!: number | null

  @Field(() => Float, {
    description: 'Events with one of the outcomes SUCCESS, REDIRECT, CLIENT_ERROR, THROTTLED and SERVER_ERROR.',
  })
  denominator!: number

  @Field(() => Float, { description: 'Response bytes, as the gateway counts them.' })
  bytes!: number

  @Field(() => Float, { description: 'Attempts of the gateway beyond the first; they are no errors of their own.' })
  retries!: number

  @Field(() => Boolean, { description: 'True where the source samples its log, or past 2^53.' })
  estimated!: boolean

  @Field(() => Latency, { nullable: true, description: 'How long they took; null where it is not known.' })
  durationMs!: Latency | null

  @Field(() => String, { nullable: true, description: 'Why durationMs is null, where the question is the reason.' })
  durationUnavailable!: string | null
}
