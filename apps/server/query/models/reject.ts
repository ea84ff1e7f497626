import { Field, ID, ObjectType } from '@nestjs/graphql'
import { DateTime } from './date-time.js'
import { PageInfo } from './page-info.js'

@ObjectType({ description: 'A record that was not counted, as quarantine keeps it for 7 days.' })
export class Reject {
  @Field(() => ID, { description: 'Names it.' })
  id!: string

  @Field(() => DateTime, { description: 'When it arrived.' })
  at!: Date

  @Field(() => String, { description: 'Where it came from.' })
  source!: string

  @Field(() => String, { description: 'Why it was not counted, in one word.' })
  reason!: string

  @Field(() => String, { nullable: true, description: 'The format it was read as.' })
  format!: string | null

  @Field(() => String, { description: 'The record, with addresses, queries and authorization masked.' })
  record!: string

  @Field(() => Boolean, { description: 'False where only the head was kept: it cannot be replayed.' })
  whole!: boolean

  @Field(() => DateTime, { nullable: true, description: 'When it was replayed; null: it was not.' })
  replayedAt!: Date | null
}

@ObjectType({ description: 'A page of quarantine, the newest first.' })
export class RejectConnection {
  @Field(() => [Reject], { description: 'The records of this page.' })
  nodes!: Reject[]

  @Field(() => PageInfo, { description: 'Where the page ends.' })
  pageInfo!: PageInfo
}
