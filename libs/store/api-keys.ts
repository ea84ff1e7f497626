import { IsNull, type DataSource } from 'typeorm'
import { hashApiKey, newApiKey, sameHash, type Clock, type Scope } from '#platform'
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

interface Cached {
  readonly untilMs: number
  readonly found: Promise<ApiKey | null>
}

/** A revoked key works on for at most so long. */
const CACHE_MS = 1_500
const MOST_CACHED = 10_000
const ADMIN_NAME = 'admin (from configuration)'

/** API keys as rows: created, listed, revoked and recognised. Only their hashes are stored. */
export class ApiKeys {
  private readonly cache = new Map<string, Cached>()
  private anyKey: { readonly untilMs: number; readonly found: Promise<boolean> } | null = null

  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  /** Makes a key; `key` is its secret, shown this once. */
  async create(wanted: NewApiKey): Promise<{ key: string; apiKey: ApiKey }> {
    const key = newApiKey()
    const apiKey = await this.save(hashApiKey(key), wanted)
    return { key, apiKey }
  }

  /** Every key, also revoked ones, oldest first. */
  async list(): Promise<ApiKey[]> {
    return (await this.rows.find({ order: { id: 'ASC' } })).map(toApiKey)
  }

  /** False when there is no such key, or it was revoked before. */
  async revoke(id: number): Promise<boolean> {
    const { affected } = await this.rows.update({ id, revokedAt: IsNull() }, { revokedAt: () => 'now()' })
    this.cache.clear()
    this.anyKey = null
    return affected === 1
  }

  /** The key with this secret, if it is known and not revoked. Rejects when the database fails. */
  find(key: string): Promise<ApiKey | null> {
    const hash = hashApiKey(key)
    const name = hash.toString('latin1')
    const cached = this.cache.get(name)
    if (cached !== undefined && cached.untilMs > this.clock.monotonicMs()) return cached.found
    if (this.cache.size >= MOST_CACHED) this.cache.clear()
    const found = this.look(hash)
    this.cache.set(name, { untilMs: this.clock.monotonicMs() + CACHE_MS, found })
    // A failure is not an answer: the next one asks again.
    found.catch(() => this.cache.delete(name))
    return found
  }

  /** Whether any key is in force, so that keys are required. */
  async exist(): Promise<boolean> {
    if (this.anyKey === null || this.anyKey.untilMs <= this.clock.monotonicMs()) {
      const found = this.rows.existsBy({ revokedAt: IsNull() })
      found.catch(() => (this.anyKey = null))
      this.anyKey = { untilMs: this.clock.monotonicMs() + CACHE_MS, found }
    }
    return this.anyKey.found
  }

  /** Makes the key of the configuration work, with every scope; the one that was configured before stops working. */
  async ensureAdmin(key: string): Promise<void> {
    const hash = hashApiKey(key)
    await this.dataSource.query(
      `UPDATE api_key SET revoked_at = now() WHERE name = $1 AND hash <> $2 AND revoked_at IS NULL`,
      [ADMIN_NAME, hash],
    )
    await this.dataSource.query(
      `INSERT INTO api_key (name, hash, scopes) VALUES ($1, $2, $3)
       ON CONFLICT (hash) DO UPDATE SET revoked_at = NULL, scopes = excluded.scopes`,
      [ADMIN_NAME, hash, ['ingest', 'read', 'admin']],
    )
    this.cache.clear()
    this.anyKey = null
  }

  private get rows() {
    return this.dataSource.getRepository(ApiKeyRow)
  }

  private async save(hash: Buffer, { name, scopes, source }: NewApiKey): Promise<ApiKey> {
    const row = this.rows.create({ name, hash, scopes: [...scopes], source: source ?? null })
    const saved = await this.rows.save(row)
    this.anyKey = null
    return toApiKey(await this.rows.findOneByOrFail({ id: saved.id }))
  }

  private async look(hash: Buffer): Promise<ApiKey | null> {
    const row = await this.rows.findOneBy({ hash, revokedAt: IsNull() })
    return row !== null && sameHash(row.hash, hash) ? toApiKey(row) : null
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
