import { setTimeout as sleep } from 'node:timers/promises'
import type { PoolClient } from 'pg'
import { inBriefLockOf, type BriefLock } from '../brief-lock.js'
import type { Partition } from '../partitions.js'
import {
  CHANGED,
  COLUMNS,
  copySlice,
  createCopy,
  endOfSlice,
  exchange,
  IS_VISIBLE_TO_ALL,
  PACKING_CHANGES,
  unwatch,
  watch,
} from '../sql/packing.js'

/**
 * What became of a partition: `packed`, or left as it was because it was `changed` meanwhile, because a snapshot from before the copy
 * stayed `open`, because it was `in_use` at every attempt, or because packing was `stopped`.
 */
export type Packed = 'packed' | 'changed' | 'open' | 'in_use' | 'stopped'

export interface PackOptions extends BriefLock {
  /** Rows that are copied by one statement; default 100,000. */
  readonly rowsAtOnce?: number
  /** Pause after each statement, in times of what it took: packing takes a quarter of a core by default, 3. */
  readonly pauseFactor?: number
  /** How long to wait for snapshots from before the copy; default 10 minutes. */
  readonly openForMs?: number
  readonly signal?: AbortSignal
  /** For tests: called between the copy and the exchange. */
  readonly beforeExchange?: () => Promise<void>
}

/** A partition of one table, and its key as text, which begins with the bucket. */
export interface Packable extends Partition {
  readonly table: string
  readonly key: string
}

/**
 * Copies a partition without the room that changes need and puts the copy in its place. Nobody waits but for the exchange, which
 * takes milliseconds: the copy is made in small statements, and is given up when the partition was changed since it began.
 *
 * Why it is exact: before the copy begins, a trigger counts every change of the partition; where it has counted none at the exchange,
 * which locks everybody out, the copy holds the same rows. And nobody can miss them: the exchange waits until VACUUM finds them visible
 * to every snapshot there is. A crash leaves the partition as it was, and a copy that the next run drops.
 *
 * `client` is a session whose statements may take long and that holds the lock of packing. Rejects when the database fails.
 */
export async function packPartition(
  client: PoolClient,
  partition: Packable,
  options: PackOptions = {},
): Promise<Packed> {
  let result: Packed = 'stopped'
  try {
    return (result = await copyAndExchange(client, partition, options))
  } catch (error) {
    if (options.signal?.aborted === true) return result
    throw error
  } finally {
    if (result !== 'packed') await leave(client, partition, options)
  }
}

/** The name of a copy that is not yet in its place. */
export const copyOf = ({ name }: Pick<Partition, 'name'>): string => `${name}_copy`

async function copyAndExchange(client: PoolClient, partition: Packable, options: PackOptions): Promise<Packed> {
  const begun = await inBriefLockOf(client, options, async () => {
    await client.query(watch(partition.name))
    // Read while nobody else can write: a change that is counted here and still open would be missing in the copy, and not be noticed.
    return { changes: await changesNow(client) }
  })
  if (begun === null) return 'in_use'
  const { changes } = begun
  const copied = await copyRows(client, partition, changes, options)
  if (copied !== 'packed') return copied
  const visible = await untilVisible(client, copyOf(partition), options)
  if (visible !== 'packed') return visible
  await options.beforeExchange?.()
  return exchangeOnce(client, partition, changes, options)
}

const changesNow = async (client: PoolClient): Promise<number> =>
  (await client.query<{ changes: number }>(PACKING_CHANGES)).rows[0]?.changes ?? NaN

async function copyRows(
  client: PoolClient,
  { table, name, key, from, to }: Packable,
  changes: number,
  options: PackOptions,
): Promise<Packed> {
  const { rowsAtOnce = 100_000, pauseFactor = 3, signal } = options
  const copy = copyOf({ name })
  await client.query(createCopy(copy, table, key, from, to))
  const columns = (await client.query<{ columns: string }>(COLUMNS, [table])).rows[0]?.columns ?? ''
  for (let begin = from; begin < to;) {
    const beganMs = performance.now()
    const { rows } = await client.query<{ bucket: number }>(endOfSlice(name), [begin, rowsAtOnce])
    const end = Math.max(begin + 1, rows[0]?.bucket ?? to)
    await client.query(copySlice(copy, name, key, columns), [begin, end])
    begin = end
    if (signal?.aborted === true) return 'stopped'
    if ((await changesNow(client)) !== changes) return 'changed'
    await pause((performance.now() - beganMs) * pauseFactor, signal)
  }
  return 'packed'
}

const LOOK_MS = 500
const LONGEST_LOOK_MS = 60_000

/** VACUUM marks a page when every snapshot sees its rows. That of a question is older than the copy for some seconds at most. */
async function untilVisible(client: PoolClient, copy: string, options: PackOptions): Promise<Packed> {
  const endMs = performance.now() + (options.openForMs ?? 600_000)
  for (let lookMs = LOOK_MS; ; lookMs = Math.min(2 * lookMs, LONGEST_LOOK_MS)) {
    const beganMs = performance.now()
    await client.query(`VACUUM (FREEZE, ANALYZE) ${copy}`)
    const { rows } = await client.query<{ visible: boolean }>(IS_VISIBLE_TO_ALL, [copy])
    if (rows[0]?.visible === true) return 'packed'
    if (options.signal?.aborted === true) return 'stopped'
    if (performance.now() > endMs) return 'open'
    // It reads again what was not visible to all.
    await pause(Math.max(lookMs, 3 * (performance.now() - beganMs)), options.signal)
  }
}

/** In the session that holds the lock of packing: nobody else can have begun another copy under the same name. */
async function exchangeOnce(
  client: PoolClient,
  partition: Packable,
  changes: number,
  options: PackOptions,
): Promise<Packed> {
  const text = exchange(partition, copyOf(partition), changes)
  try {
    return (await inBriefLockOf(client, options, () => client.query(text))) === null ? 'in_use' : 'packed'
  } catch (error) {
    if ((error as { code?: unknown }).code === CHANGED) return 'changed'
    throw error
  }
}

/** Takes back what was begun; what a failure leaves behind does no harm, and is dropped by the next run. */
async function leave(client: PoolClient, { name }: Packable, options: PackOptions): Promise<void> {
  try {
    await client.query(`DROP TABLE IF EXISTS ${copyOf({ name })}`)
    await inBriefLockOf(client, options, () => client.query(unwatch(name)))
  } catch {
    // Where the session is gone, the reason is told by what failed before.
  }
}

const pause = (durationMs: number, signal: AbortSignal | undefined): Promise<unknown> =>
  sleep(durationMs, null, { signal }).catch(() => null)
