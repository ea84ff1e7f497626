import { createHash, hash, type Hash } from 'node:crypto'
import { SHORT_LIVED_BELOW, type BatchKey } from '#delta'

/** SHA-256 of a body that arrives in chunks. A body of one chunk is hashed only when somebody asks. */
export class BodyDigest {
  private only: Uint8Array | null = null
  private running: Hash | null = null

  update(chunk: Uint8Array): void {
    if (this.running !== null) this.running.update(chunk)
    else if (this.only === null) this.only = chunk
    else {
      this.running = createHash('sha256').update(this.only).update(chunk)
      this.only = null
    }
  }

  /** 32 bytes; may be asked once. */
  digest(): Uint8Array {
    return this.running?.digest() ?? hash('sha256', this.only ?? EMPTY, 'buffer')
  }
}

const EMPTY = new Uint8Array(0)

/** What decides the key of a batch. */
export interface KeyFacts {
  readonly source: string
  /** The name of the API key, empty without one. */
  readonly keyId: string
  readonly idempotencyKey: string | null
  /** The format that the sender asked for: the same body read in another way is another batch. */
  readonly format: string | null
  readonly events: number
  /** The events tell by themselves that another batch is not the same. */
  readonly identifiable: boolean
}

/** The key of a batch: the sender's own, else its content where that identifies it, else null (counted at least once). */
export function batchKey(facts: KeyFacts, body: BodyDigest): BatchKey | null {
  const shortLived = facts.events < SHORT_LIVED_BELOW
  if (facts.idempotencyKey !== null) {
    const id = digestOf('idempotency_key', facts.keyId, facts.source, facts.idempotencyKey)
    return { id, body: body.digest(), kind: 'idempotency_key', shortLived }
  }
  if (!facts.identifiable) return null
  const digest = body.digest()
  const id = digestOf('content', facts.source, facts.format ?? '', Buffer.from(digest).toString('hex'))
  return { id, body: digest, kind: 'content', shortLived }
}

/** No part may hold a NUL: header values and source names cannot. */
function digestOf(...parts: readonly string[]): Uint8Array {
  return hash('sha256', parts.join('\0'), 'buffer')
}
