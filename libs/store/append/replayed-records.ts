import type { PoolClient } from 'pg'
import type { SealedBatch } from '#delta'
import { LOCK_QUARANTINE, MARK_REPLAYED } from '../sql/append.js'
import type { Verdict } from './verdict.js'

/** Judges batches of records from the quarantine: fresh only while none of their records has been replayed, and then marks them all. */
export async function judgeReplayed(
  client: PoolClient,
  batches: readonly SealedBatch[],
  positions: readonly number[],
  verdicts: Verdict[],
): Promise<void> {
  if (positions.length === 0) return
  const wanted = positions.map((position) => batches[position]?.quarantineIds ?? [])
  const { rows } = await client.query<{ id: number | string }>(LOCK_QUARANTINE, [wanted.flat()])
  const free = new Set(rows.map((row) => Number(row.id)))
  const taken: number[] = []
  positions.forEach((position, index) => {
    const ids = wanted[index] ?? []
    const fresh = ids.every((id) => free.has(id))
    verdicts[position] = fresh ? 'fresh' : { result: 'duplicate' }
    if (!fresh) return
    for (const id of ids) free.delete(id)
    taken.push(...ids)
  })
  if (taken.length > 0) await client.query(MARK_REPLAYED, [taken])
}
