import type { PoolClient } from 'pg'
import type { SealedBatch } from '#delta'
import { CLAIM_EVENT_KEYS } from '../sql/claim-keys.js'
import type { KeyWindow } from './key-window.js'

const ID_BYTES = 16

/**
 * The batches without the events that were counted before, in another batch or under another key: their ids are claimed here,
 * in the transaction that appends them. Of twins in one group the first wins.
 */
export async function claimEvents(
  client: PoolClient,
  batches: readonly SealedBatch[],
  window: KeyWindow,
): Promise<SealedBatch[]> {
  const ids = new Set(batches.flatMap(({ events }) => events?.ids ?? []))
  if (ids.size === 0) return [...batches]
  const free = await claim(client, ids, window)
  return batches.map((batch) => {
    if (batch.events === undefined) return batch
    return batch.events.without(new Set(batch.events.ids.filter((id) => !free.delete(id))))
  })
}

/** Claims ids (16 bytes each, as Latin-1) and returns those that nobody had before. */
async function claim(client: PoolClient, ids: ReadonlySet<string>, { long }: KeyWindow): Promise<Set<string>> {
  // One blob: an array of so many bytea is written as hex and parsed again.
  const packed = Buffer.from([...ids].join(''), 'latin1')
  const { rows } = await client.query<{ ids: Buffer | null }>({
    name: 'claim_events',
    text: CLAIM_EVENT_KEYS,
    values: [packed, ids.size, long.targets, long.from, long.to],
  })
  const claimed = rows[0]?.ids?.toString('latin1') ?? ''
  return new Set(
    Array.from({ length: claimed.length / ID_BYTES }, (_, i) => claimed.slice(i * ID_BYTES, (i + 1) * ID_BYTES)),
  )
}
