import { Field, ObjectType } from '@nestjs/graphql'

@ObjectType({ description: 'Where a page ends.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether there are more rows after this page.' })
  hasNextPage!: boolean

  @Field(() => String, {
    nullable: true,
    description: 'Give it as after to get the next page; null for an empty page.',
  })
  endCursor!: string | null
}
