import { Field, Float, ID, Int, ObjectType } from '@nestjs/graphql'
import { DateTime } from './date-time.js'
import { BreakdownRow } from './breakdown.js'
import { PageInfo } from './page-info.js'
import { Rule } from './rule.js'
import { Sample } from './sample.js'
import { Point } from './time-series.js'
import { AlertState, Track } from './words.js'

@ObjectType({ description: 'The numbers that made a rule fire, kept with the alert.' })
export class Evidence {
  @Field(() => Float, { description: 'Bad responses in the window.' })
  bad!: number

  @Field(() => Float, {
    description:
      'Responses looked at in the window: for server errors the denominator without throttled ones, for throttling the denominator.',
  })
  total!: number

  @Field(() => Float, { description: 'bad ÷ total, 0 to 1.' })
  rate!: number

  @Field(() => Float, { nullable: true, description: 'The highest rate that would have been normal.' })
  normalUpTo!: number | null

  @Field(() => Int, { description: 'Length of the window.' })
  windowSeconds!: number

  @Field(() => [Point], {
    description:
      'The hour before, per minute: errors or throttled are the bad ones; count and denominator those looked at; bytes and retries are not kept.',
  })
  curve!: Point[]

  @Field(() => [BreakdownRow], {
    description:
      'Where the bad ones came from: count is the bad ones of that code, denominator all that this gateway and route served, share the part of all bad ones.',
  })
  top!: BreakdownRow[]

  @Field(() => [Sample], { description: 'Some of the bad ones, with their ids.' })
  samples!: Sample[]

  @Field(() => Int, { description: 'The version of the rule that decided.' })
  ruleVersion!: number
}

@ObjectType({ description: 'A spike of server errors or of throttling.' })
export class Alert {
  @Field(() => ID, { description: 'The same over its whole life.' })
  id!: string

  @Field(() => Rule, { description: 'What decided.' })
  rule!: Rule

  @Field(() => AlertState, { description: 'Where it stands.' })
  state!: AlertState

  @Field(() => Track, { nullable: true, description: 'What it is about.' })
  track!: Track | null

  @Field(() => String, { nullable: true, description: 'The source, where the alert is about one.' })
  source!: string | null

  @Field(() => String, { nullable: true, description: 'The gateway, where the alert is about one.' })
  gateway!: string | null

  @Field(() => String, { nullable: true, description: 'The service, where the alert is about one.' })
  service!: string | null

  @Field(() => String, { nullable: true, description: 'The route, where the alert is about one.' })
  route!: string | null

  @Field(() => String, { description: 'warning or critical.' })
  severity!: string

  @Field(() => DateTime, { description: 'When trouble began.' })
  startedAt!: Date

  @Field(() => DateTime, { nullable: true, description: 'When it fired; null: not yet.' })
  firedAt!: Date | null

  @Field(() => DateTime, { nullable: true, description: 'When it was over; null: not yet.' })
  resolvedAt!: Date | null

  @Field(() => String, { description: 'Why it came to this state, in one word.' })
  reason!: string

  @Field(() => String, { description: 'What happened, in one sentence.' })
  summary!: string

  @Field(() => Evidence, { description: 'The numbers behind it.' })
  evidence!: Evidence

  @Field(() => String, { nullable: true, description: 'Who said that they look into it; null: nobody.' })
  acknowledgedBy!: string | null

  @Field(() => Boolean, { description: 'Whether notices about it are held back.' })
  silenced!: boolean

  @Field(() => [Alert], { description: 'Alerts that this one stands for.' })
  children!: Alert[]
}

@ObjectType({ description: 'A page of alerts, the latest start first.' })
export class AlertConnection {
  @Field(() => [Alert], { description: 'The alerts of this page.' })
  nodes!: Alert[]

  @Field(() => PageInfo, { description: 'Where the page ends.' })
  pageInfo!: PageInfo
}
