import { hashApiKey, sameHash, SCOPES, type Clock, type Scope } from '#platform'
import { LATE, within } from '../within.js'
import type { Principal } from './access.js'
import { KeyRing } from './gate.js'
import { Refusal } from './refusal.js'

/** A key as it is stored. */
export interface KeyRecord {
  readonly id: number
  /** SHA-256, 32 bytes. */
  readonly hash: Uint8Array
  readonly scopes: readonly string[]
  readonly source: string | null
  readonly revokedAt: Date | null
}

/** Another process may make or revoke a key at any time. */
const RELOAD_MS = 2_000
/** An unknown key makes us look again at most so often. */
const RELOAD_FOR_UNKNOWN_MS = 500

/** A database that does not answer must not hold up a sender whose key is unknown. */
const ANSWER_MS = 2_000

interface Held {
  readonly hash: Uint8Array
  readonly principal: Principal
}

/** The keys of the database, held in memory and read again every few seconds; and the admin key of the configuration. */
export class StoredKeys extends KeyRing {
  private held: readonly Held[] = []
  private everMade = false
  private loadedAtMs = -Infinity
  private underWay: Promise<void> | null = null
  private next: Promise<void> | null = null
  private readonly own: readonly Held[]

  /** `list` gives every key ever made, revoked ones too: who revokes the last one does not open the server. */
  constructor(
    private readonly list: () => Promise<readonly KeyRecord[]>,
    adminKey: string | undefined,
    private readonly clock: Clock,
  ) {
    super()
    this.own =
      adminKey === undefined
        ? []
        : [{ hash: hashApiKey(adminKey), principal: { keyId: 'admin', scopes: SCOPES, source: null } }]
  }

  override get required(): boolean {
    return this.everMade || this.own.length > 0
  }

  override find(token: string): Principal | null | Promise<Principal | null> {
    const hash = hashApiKey(token)
    const found = this.among(hash)
    if (found !== null || this.ageMs < RELOAD_FOR_UNKNOWN_MS) return found
    return within(this.load(), ANSWER_MS).then((loaded) => {
      if (loaded === LATE) throw new Refusal('unavailable')
      return this.among(hash)
    })
  }

  /** Reads the keys every few seconds until the returned function is called. */
  keepFresh(): () => void {
    const timer = setInterval(() => void this.load().catch(() => undefined), RELOAD_MS)
    return () => clearInterval(timer)
  }

  /**
   * Reads the keys as they are from now on: a read that is under way may have begun before a key was made, so those who ask
   * meanwhile share the one after it. Rejects when the database does, and keeps what it knew.
   */
  load(): Promise<void> {
    if (this.underWay === null) return this.begin()
    this.next ??= this.underWay.then(ignore, ignore).then(() => {
      this.next = null
      return this.begin()
    })
    return this.next
  }

  private begin(): Promise<void> {
    this.underWay = this.read().finally(() => (this.underWay = null))
    return this.underWay
  }

  private get ageMs(): number {
    return this.clock.monotonicMs() - this.loadedAtMs
  }

  private async read(): Promise<void> {
    const startedMs = this.clock.monotonicMs()
    const records = await this.list()
    this.loadedAtMs = startedMs
    this.everMade = records.length > 0
    this.held = records.filter(({ revokedAt }) => revokedAt === null).map(toHeld)
  }

  /** Every key is compared, each in constant time. */
  private among(hash: Uint8Array): Principal | null {
    let found: Principal | null = null
    for (const held of this.own) if (sameHash(held.hash, hash)) found = held.principal
    for (const held of this.held) if (sameHash(held.hash, hash)) found = held.principal
    return found
  }
}

const ignore = (): undefined => undefined

function toHeld({ id, hash, scopes, source }: KeyRecord): Held {
  return { hash, principal: { keyId: String(id), scopes: scopes.filter(isScope), source } }
}

function isScope(word: string): word is Scope {
  return SCOPES.some((scope) => scope === word)
}
