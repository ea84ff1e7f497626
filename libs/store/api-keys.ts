import { IsNull, type DataSource } from 'typeorm'
import { hashApiKey, newApiKey, type Scope } from '#platform'
import { ApiKeyRow } from './entities/index.js'

/** An API key without its secret. */
export interface ApiKey {
  readonly id: number
  readonly name: string
  readonly scopes: readonly Scope[]
  /** What it ingests counts under this source only; null: any. */
  readonly source: string | null
  readonly createdAt: Date
  readonly revokedAt: Date | null
}

export interface NewApiKey {
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly source?: string | null
}

/** API keys as rows: created, listed and revoked. Only their hashes are stored. */
export class ApiKeys {
  constructor(private readonly dataSource: DataSource) {}

  /** Makes a key; `key` is its secret, shown this once. */
  async create({ name, scopes, source }: NewApiKey): Promise<{ key: string; apiKey: ApiKey }> {
    const key = newApiKey()
    const row = this.rows.create({ name, hash: hashApiKey(key), scopes: [...scopes], source: source ?? null })
    const { id } = await this.rows.save(row)
    return { key, apiKey: toApiKey(await this.rows.findOneByOrFail({ id })) }
  }

  /** Every key, also revoked ones, oldest first. */
  async list(): Promise<ApiKey[]> {
    return (await this.rows.find({ order: { id: 'ASC' } })).map(toApiKey)
  }

  /** False when there is no such key, or it was revoked before. */
  async revoke(id: number): Promise<boolean> {
    const { affected } = await this.rows.update({ id, revokedAt: IsNull() }, { revokedAt: () => 'now()' })
    return affected === 1
  }

  private get rows() {
    return this.dataSource.getRepository(ApiKeyRow)
  }
}

const toApiKey = ({ id, name, scopes, source, createdAt, revokedAt }: ApiKeyRow): ApiKey => ({
  id,
  name,
  scopes: scopes as Scope[],
  source,
  createdAt,
  revokedAt,
})
