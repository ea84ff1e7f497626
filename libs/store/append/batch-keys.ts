import type { PoolClient } from 'pg'
import type { BatchKey, SealedBatch } from '#delta'
import {
  CLAIM_LONG_AND_APPEND,
  CLAIM_LONG_KEYS,
  CLAIM_SHORT_AND_APPEND,
  CLAIM_SHORT_KEYS,
  STORED_KEYS,
} from '../sql/claim-keys.js'
import type { KeyWindow, Periods } from './key-window.js'
import type { Verdict } from './verdict.js'

const STORED_BYTES = 16

/** The part of a key's id that is stored. */
export const storedId = ({ id }: BatchKey): Buffer => Buffer.from(id.buffer, id.byteOffset, STORED_BYTES)

/** Only under a sender's own key may another body come; elsewhere the id says it all. */
export const storedBody = (key: BatchKey): Buffer | null =>
  key.kind === 'idempotency_key' ? Buffer.from(key.body.subarray(0, STORED_BYTES)) : null

interface Keyed {
  readonly position: number
  readonly id: Buffer
  readonly name: string
  readonly body: Buffer | null
  readonly shortLived: boolean
}

/** The delta of batches that are all fresh, if nobody had any of their keys. */
export interface HopedDelta {
  readonly version: number
  readonly body: Uint8Array
}

/**
 * Claims the keys of `positions`; each of these gets its verdict. Of twins in one group the first wins. `hoped` is appended along
 * with the claim where every key is new, as nearly always: the answer is whether it was.
 */
export async function judgeKeys(
  client: PoolClient,
  batches: readonly SealedBatch[],
  positions: readonly number[],
  window: KeyWindow,
  verdicts: Verdict[],
  hoped: HopedDelta | null,
): Promise<boolean> {
  const keyed = positions.map((position) => toKeyed(position, batches[position]?.key ?? null))
  const firsts = firstOfEach(keyed)
  const [long, short] = [pick(firsts, false), pick(firsts, true)]
  const whole = firsts.size === positions.length && (long.length === 0 || short.length === 0) ? hoped : null
  const claims = [
    await claim(client, 'long', window.long.targets, long, window, whole),
    await claim(client, 'short', window.short.targets, short, window, whole),
  ]
  if (claims.some(({ appended }) => appended)) {
    for (const { position } of keyed) verdicts[position] = 'fresh'
    return true
  }
  const claimed = new Set(claims.flatMap(({ names }) => names))
  const bodies = await bodiesOf(client, [...firsts.values()], claimed, window)
  for (const key of keyed) {
    const fresh = claimed.has(key.name) && firsts.get(key.name) === key
    verdicts[key.position] = fresh ? 'fresh' : conflicts(key, bodies.get(key.name)) ? CONFLICT : DUPLICATE
  }
  return false
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

interface Claim {
  /** Ids that nobody had before, as Latin-1. */
  readonly names: readonly string[]
  readonly appended: boolean
}

const NOTHING: Claim = { names: [], appended: false }

const STATEMENTS = {
  long: [
    { name: 'claim_long', text: CLAIM_LONG_KEYS },
    { name: 'claim_long_insert_journal', text: CLAIM_LONG_AND_APPEND },
  ],
  short: [
    { name: 'claim_short', text: CLAIM_SHORT_KEYS },
    { name: 'claim_short_insert_journal', text: CLAIM_SHORT_AND_APPEND },
  ],
} as const

async function claim(
  client: PoolClient,
  table: keyof typeof STATEMENTS,
  targets: readonly number[],
  keys: readonly Keyed[],
  window: KeyWindow,
  hoped: HopedDelta | null,
): Promise<Claim> {
  if (keys.length === 0) return NOTHING
  const ids = keys.map(({ id }) => id)
  const bodies = keys.some(({ body }) => body !== null) ? keys.map(({ body }) => body) : null
  const values: unknown[] = [ids, bodies, targets, ...bounds(window.long, window.short)]
  const [only, andAppend] = STATEMENTS[table]
  if (hoped !== null)
    values.push(hoped.version, Buffer.from(hoped.body.buffer, hoped.body.byteOffset, hoped.body.byteLength))
  const { rows } = await client.query<{ ids: Buffer | null; appended: boolean }>({
    ...(hoped === null ? only : andAppend),
    values,
  })
  return { names: namesOf(rows[0]?.ids ?? null), appended: rows[0]?.appended === true }
}

function namesOf(ids: Buffer | null): string[] {
  const packed = ids?.toString('latin1') ?? ''
  return Array.from({ length: packed.length / STORED_BYTES }, (_, i) =>
    packed.slice(i * STORED_BYTES, (i + 1) * STORED_BYTES),
  )
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
