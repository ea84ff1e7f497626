import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm'

/** A source with its ledger, watermark and lag, as the fold keeps it. */
@Entity({ name: 'source' })
export class SourceRow {
  @PrimaryGeneratedColumn('identity', { generatedIdentity: 'ALWAYS' })
  id!: number

  @Column('text', { unique: true })
  name!: string

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date

  /** Newest event time seen, never past its arrival, epoch ms; 0: none. */
  @Column('bigint', { name: 'watermark_ms' })
  watermarkMs!: number

  @Column('bigint', { name: 'last_arrival_ms' })
  lastArrivalMs!: number

  /** Arrival − event time, smoothed. */
  @Column('double precision', { name: 'lag_ms', nullable: true })
  lagMs!: number | null

  /** Time between arrivals, smoothed. */
  @Column('double precision', { name: 'usual_gap_ms', nullable: true })
  usualGapMs!: number | null

  /** Index into DELIVERIES: the weakest seen. */
  @Column('smallint')
  delivery!: number

  @Column('text', { array: true })
  health!: string[]

  @Column('bigint')
  received!: number

  @Column('bigint')
  accepted!: number

  @Column('bigint')
  duplicate!: number

  @Column('bigint')
  rejected!: number

  @Column('bigint')
  shed!: number

  @Column('bigint')
  replayed!: number

  @Column('bigint', { name: 'in_future' })
  inFuture!: number

  /** Events whose labels were replaced by `{other}` because a budget was full. */
  @Column('bigint')
  overflowed!: number

  @Column('int', { name: 'series_used' })
  seriesUsed!: number
}
