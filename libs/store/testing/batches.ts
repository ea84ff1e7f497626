import { createHash, randomBytes } from 'node:crypto'
import type { BatchKey, SealedBatch } from '#delta'
import type { DeltaEncoding } from '../append/delta-encoding.js'

const written = (fresh: readonly SealedBatch[], duplicates: readonly SealedBatch[] = []): Buffer =>
  Buffer.from(JSON.stringify({ fresh: fresh.map((b) => b.tally), duplicates: duplicates.map((b) => b.tally) }))

/** Writes the names of the batches instead of their sums: enough to see what the journal let through. */
export const namesEncoding: DeltaEncoding = {
  version: 1,
  encodeWhole: (fresh) => written(fresh),
  encode: (fresh, duplicates) => [written(fresh, duplicates)],
}

export const sha = (text: string): Uint8Array => createHash('sha256').update(text).digest()

/** A key as the ingest makes one. */
export const key = (id: string, body = id, kind: BatchKey['kind'] = 'content', shortLived = false): BatchKey => ({
  id: sha(`id ${id}`),
  body: sha(`body ${body}`),
  kind,
  shortLived,
})

/** A batch of `events` events called `name`; the journal only carries its tally. */
export const batch = (name: string, more: Partial<SealedBatch> = {}): SealedBatch => ({
  source: 'edge',
  arrivedAtMs: Date.UTC(2026, 10, 1),
  key: key(name),
  file: null,
  replayed: false,
  ledger: { received: 10, accepted: 10, duplicate: 0, rejected: 0, shed: 0, replayed: 0, rejectedBy: {} },
  tally: name,
  rejects: [],
  format: null,
  ...more,
})

export const randomName = (): string => randomBytes(8).toString('hex')
