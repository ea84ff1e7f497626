import { Field, Float, ID, Int, ObjectType } from '@nestjs/graphql'
import { Track } from './words.js'

const setting = (what: string) => ({
  nullable: true,
  description: `${what}; null where this version of the rule is no longer known.`,
})

@ObjectType({ description: 'When a change of error or throttle rate becomes an alert.' })
export class Rule {
  @Field(() => ID, { description: 'Its name for machines.' })
  id!: string

  @Field(() => String, { description: 'Its name for people.' })
  name!: string

  @Field(() => Int, { description: 'Counts its changes.' })
  version!: number

  @Field(() => String, { description: 'warning or critical.' })
  severity!: string

  @Field(() => Track, setting('What it watches'))
  track!: Track | null

  @Field(() => Int, setting('Fewer requests in a window say nothing'))
  minimumRequests!: number | null

  @Field(() => Int, setting('Fewer bad responses are no trouble'))
  minimumBad!: number | null

  @Field(() => Int, setting('Length of the short window'))
  shortWindowSeconds!: number | null

  @Field(() => Int, setting('Length of the long window'))
  longWindowSeconds!: number | null

  @Field(() => Float, setting('Normal is up to this many times the learned rate'))
  factor!: number | null

  @Field(() => Float, setting('Normal is at least this much above the learned rate, as a share of 1'))
  minimumEffect!: number | null

  @Field(() => Int, setting('How long the condition must hold'))
  forSeconds!: number | null

  @Field(() => Float, setting('Calm is a rate of at most this share of what is normal'))
  resolveBelowFraction!: number | null

  @Field(() => Int, setting('How long calm must last'))
  resolveAfterSeconds!: number | null
}
