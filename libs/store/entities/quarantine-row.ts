import { Column, Entity, PrimaryColumn } from 'typeorm'

/** A record that was not counted, as kept for 7 days. */
@Entity({ name: 'quarantine' })
export class QuarantineRow {
  @PrimaryColumn('bigint')
  id!: number

  /** Day of arrival, floor(epoch seconds / 86,400): the partition. */
  @PrimaryColumn('int')
  day!: number

  @Column('timestamptz')
  at!: Date

  @Column('text')
  source!: string

  @Column('text')
  reason!: string

  @Column('text', { nullable: true })
  format!: string | null

  @Column('bytea')
  record!: Buffer

  @Column('boolean')
  whole!: boolean

  @Column('timestamptz', { name: 'replayed_at', nullable: true })
  replayedAt!: Date | null
}
