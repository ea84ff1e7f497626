import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** What a key may be used for. */
export const SCOPES = ['ingest', 'read', 'admin'] as const
/** One use of a key; `admin` does not include the others. */
export type Scope = (typeof SCOPES)[number]

/** Makes a new API key of 256 random bits; it is shown once and stored only as its hash. */
export function newApiKey(): string {
  return `slk_${randomBytes(32).toString('base64url')}`
}

/** The stored form of a key: SHA-256, 32 bytes. Keys are random, so a slow hash would protect nothing. */
export function hashApiKey(key: string): Buffer {
  return createHash('sha256').update(key, 'utf8').digest()
}

/** Compares two hashes in a time that tells nothing about where they differ. */
export function sameHash(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right)
}
