import { Field, Float, Int, ObjectType } from '@nestjs/graphql'
import { DateTime } from './date-time.js'
import { Delivery } from './words.js'

@ObjectType({
  description: 'What became of the events of a source: received = accepted + duplicate + rejected + shed.',
})
export class Ledger {
  @Field(() => Float, { description: 'Events in bodies that were scanned.' })
  received!: number

  @Field(() => Float, { description: 'Counted.' })
  accepted!: number

  @Field(() => Float, { description: 'Sent again, and not counted again.' })
  duplicate!: number

  @Field(() => Float, { description: 'Not readable as an event, or out of time; kept in quarantine.' })
  rejected!: number

  @Field(() => Float, { description: 'Given up to protect the others.' })
  shed!: number

  @Field(() => Float, { description: 'Of accepted: came back from quarantine.' })
  replayed!: number
}

@ObjectType({ description: 'Where logs come from.' })
export class Source {
  @Field(() => String, { description: 'Its name.' })
  name!: string

  @Field(() => DateTime, { nullable: true, description: 'The newest event; null: none yet.' })
  lastEventAt!: Date | null

  @Field(() => Float, { nullable: true, description: 'How long its events take to arrive; null: not known yet.' })
  lagMs!: number | null

  @Field(() => [String], {
    description:
      'What is wrong with it: wrong_clock, errors_only (nothing but errors arrives, so its totals are filtered at the gateway). Empty: nothing.',
  })
  health!: string[]

  @Field(() => Delivery, { description: 'How surely its events are counted once.' })
  delivery!: Delivery

  @Field(() => Ledger, { description: 'What became of its events.' })
  ledger!: Ledger

  @Field(() => Int, { description: 'Series it made.' })
  seriesUsed!: number

  @Field(() => Int, { description: 'Series it may make; past them routes, services and gateways become {other}.' })
  seriesBudget!: number
}
