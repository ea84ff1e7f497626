import { Column, Entity, PrimaryColumn } from 'typeorm'

/** How far a file known by its fingerprint has been taken in; never expires. */
@Entity({ name: 'shipped_file' })
export class ShippedFileRow {
  @PrimaryColumn('bytea')
  fingerprint!: Buffer

  @Column('text')
  source!: string

  @Column('bigint', { name: 'end_offset' })
  endOffset!: number

  /** The sender's digest of the bytes before `endOffset`. */
  @Column('bytea')
  tail!: Buffer

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date
}
