import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn } from 'typeorm'

/** An API key as stored: never the key itself, only its SHA-256. */
@Entity({ name: 'api_key' })
export class ApiKeyRow {
  @PrimaryGeneratedColumn('identity', { generatedIdentity: 'ALWAYS' })
  id!: number

  @Column('text')
  name!: string

  @Column('bytea', { unique: true })
  hash!: Buffer

  @Column('text', { array: true })
  scopes!: string[]

  @Column('text', { nullable: true })
  source!: string | null

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null
}
