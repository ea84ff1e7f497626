import type { PoolClient } from 'pg'
import type { BatchKey, SealedBatch } from '#delta'
import { CLAIM_LONG_KEYS, CLAIM_SHORT_KEYS, STORED_KEYS } from '../sql/claim-keys.js'
import type { KeyWindow, Periods } from './key-window.js'
import type { Verdict } from './verdict.js'

const STORED_BYTES = 16

/** The part of a key's id that is stored. */
export const storedId = (key: BatchKey): Buffer => Buffer.from(key.id.subarray(0, STORED_BYTES))

/** Only under a sender's own key may another body come; elsewhere the id says it all. */
const storedBody = (key: BatchKey): Buffer | null =>
  key.kind === 'idempotency_key' ? Buffer.from(key.body.subarray(0, STORED_BYTES)) : null

interface Keyed {
  readonly position: number
  readonly id: Buffer
  readonly name: string
  readonly body: Buffer | null
  readonly shortLived: boolean
}

/** Claims the keys of `positions`; each of these gets its verdict. Of twins in one group the first wins. */
export async function judgeKeys(
  client: PoolClient,
  batches: readonly SealedBatch[],
  positions: readonly number[],
  window: KeyWindow,
  verdicts: Verdict[],
): Promise<void> {
  const keyed = positions.map((position) => toKeyed(position, batches[position]?.key ?? null))
  const firsts = firstOfEach(keyed)
  const claimed = new Set([
    ...(await claim(client, CLAIM_LONG_KEYS, 'claim_long', window.long.targets, pick(firsts, false), window)),
    ...(await claim(client, CLAIM_SHORT_KEYS, 'claim_short', window.short.targets, pick(firsts, true), window)),
  ])
  const bodies = await bodiesOf(client, [...firsts.values()], claimed, window)
  for (const key of keyed) {
    const fresh = claimed.has(key.name) && firsts.get(key.name) === key
    verdicts[key.position] = fresh ? 'fresh' : conflicts(key, bodies.get(key.name)) ? CONFLICT : DUPLICATE
  }
}

const DUPLICATE: Verdict = { result: 'duplicate' }
const CONFLICT: Verdict = { result: 'key_conflict' }

function toKeyed(position: number, key: BatchKey | null): Keyed {
  if (key === null) throw new Error(`batch ${position} has no key`)
  const id = storedId(key)
  return { position, id, name: id.toString('latin1'), body: storedBody(key), shortLived: key.shortLived }
}

/** By id, in the order in which ids are inserted everywhere. */
function firstOfEach(keyed: readonly Keyed[]): Map<string, Keyed> {
  const firsts = new Map<string, Keyed>()
  for (const key of keyed) if (!firsts.has(key.name)) firsts.set(key.name, key)
  return firsts
}

const pick = (firsts: ReadonlyMap<string, Keyed>, shortLived: boolean): Keyed[] =>
  [...firsts.values()].filter((key) => key.shortLived === shortLived)

async function claim(
  client: PoolClient,
  text: string,
  name: string,
  targets: readonly number[],
  keys: readonly Keyed[],
  window: KeyWindow,
): Promise<string[]> {
  if (keys.length === 0) return []
  const values = [keys.map((key) => key.id), keys.map((key) => key.body), targets, ...bounds(window.long, window.short)]
  const { rows } = await client.query<{ id: Buffer }>({ name, text, values })
  return rows.map((row) => row.id.toString('latin1'))
}

/** Bodies under which the ids count: of those claimed now, and of those claimed before, where a conflict is possible. */
async function bodiesOf(
  client: PoolClient,
  firsts: readonly Keyed[],
  claimed: ReadonlySet<string>,
  window: KeyWindow,
): Promise<Map<string, Buffer | null>> {
  const bodies = new Map<string, Buffer | null>()
  for (const key of firsts) if (claimed.has(key.name)) bodies.set(key.name, key.body)
  const unclear = firsts.filter((key) => !claimed.has(key.name) && key.body !== null).map((key) => key.id)
  if (unclear.length === 0) return bodies
  const { rows } = await client.query<{ id: Buffer; body: Buffer | null }>({
    name: 'stored_keys',
    text: STORED_KEYS,
    values: [unclear, ...bounds(window.long, window.short)],
  })
  for (const row of rows) bodies.set(row.id.toString('latin1'), row.body)
  return bodies
}

const bounds = (long: Periods, short: Periods): number[] => [long.from, long.to, short.from, short.to]

function conflicts(key: Keyed, stored: Buffer | null | undefined): boolean {
  return key.body !== null && stored !== null && stored !== undefined && !key.body.equals(stored)
}
