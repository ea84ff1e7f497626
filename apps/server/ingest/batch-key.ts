import { createHash, hash, type Hash } from 'node:crypto'
import { SHORT_LIVED_BELOW, type BatchKey } from '#delta'

/** Copying a small body to hash it in one call is cheaper than a hash object (1.6 µs against 2.8 at 200 bytes, even at 4 KiB). */
const ONE_CALL_BYTES = 4 * 1024

/** SHA-256 over what a body is counted as, and the body, which arrives in chunks. */
export class BodyDigest {
  private readonly prefix: Buffer
  private only: Uint8Array | null = null
  private running: Hash | null = null
  private told: Uint8Array | null = null

  /** The same bytes under another source, or read as another format, are another batch. */
  constructor(
    readonly source: string,
    readonly format: string | null,
  ) {
    this.prefix = prefixOf('content', source, format ?? '')
  }

  /** Takes the digest that another thread made of the whole body. */
  tell(digest: Uint8Array): void {
    this.told = digest
  }

  /** Takes the next chunk; false where it is still needed. */
  update(chunk: Uint8Array): boolean {
    if (this.running === null && this.only === null && chunk.length <= ONE_CALL_BYTES) {
      this.only = chunk
      return false
    }
    this.running ??= this.begin().update(this.only ?? EMPTY)
    this.running.update(chunk)
    this.only = null
    return true
  }

  /** 32 bytes; may be asked once. */
  digest(): Uint8Array {
    if (this.told !== null) return this.told
    if (this.running !== null) return this.running.digest()
    return hash('sha256', Buffer.concat([this.prefix, this.only ?? EMPTY]), 'buffer')
  }

  private begin(): Hash {
    return createHash('sha256').update(this.prefix)
  }
}

const EMPTY = new Uint8Array(0)

/** What decides the key of a batch. */
export interface KeyFacts {
  readonly source: string
  /** The name of the API key, empty without one. */
  readonly keyId: string
  readonly idempotencyKey: string | null
  /** The id that the sender's protocol gives the batch. */
  readonly requestId: string | null
  readonly events: number
  /** The events tell by themselves that another batch is not the same. */
  readonly identifiable: boolean
}

/** The key of a batch: the sender's own, else its protocol's, else its content where that identifies it, else null (counted at least once). */
export function batchKey(facts: KeyFacts, body: BodyDigest): BatchKey | null {
  const shortLived = facts.events < SHORT_LIVED_BELOW
  if (facts.idempotencyKey !== null) {
    const id = hash('sha256', prefixOf('own', facts.keyId, facts.source, facts.idempotencyKey), 'buffer')
    return { id, body: body.digest(), kind: 'idempotency_key', shortLived }
  }
  if (facts.requestId !== null) {
    // A retry may be wrapped anew, so the id alone says which batch it is.
    const id = hash('sha256', prefixOf('protocol', facts.keyId, facts.source, facts.requestId), 'buffer')
    return { id, body: id, kind: 'request_id', shortLived: false }
  }
  if (!facts.identifiable) return null
  const digest = body.digest()
  return { id: digest, body: digest, kind: 'content', shortLived }
}

/** No part can hold a NUL: header values and source names do not. */
function prefixOf(...parts: readonly string[]): Buffer {
  return Buffer.from(`${parts.join('\0')}\0`)
}
