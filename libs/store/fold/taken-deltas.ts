import type { PoolClient } from 'pg'
import { decodeDelta, DeltaSum } from '#delta'
import { PUT_BACK, SET_ASIDE, TAKE_DELTAS } from '../sql/journal.js'
import { clean } from './column.js'

/** A delta is set aside when it has failed so often. */
export const ATTEMPTS = 3

interface JournalRow {
  readonly id: number
  readonly version: number
  readonly attempts: number
  readonly appended_at: Date
  readonly body: Buffer
}

/** Deltas taken out of the journal by the fold's transaction, added up. */
export interface TakenDeltas {
  readonly sum: DeltaSum
  readonly deltas: number
  readonly bytes: number
  /** Could not be read, and stay in the journal for another attempt. */
  readonly failed: number
  /** Could not be read for the last time. */
  readonly setAside: number
}

/** A delta that waits. */
export interface Pending {
  readonly id: number
  readonly bytes: number
}

/** Deltas are taken out of the journal so many bytes at a time. */
const PORTION_BYTES = 128 * 1024

/**
 * Takes deltas in their order, until `mostCells` are together; the others stay in the journal. Those that cannot be read are put
 * back or set aside, in the same transaction.
 */
export async function takeDeltas(
  client: PoolClient,
  pending: readonly Pending[],
  mostCells: number,
): Promise<TakenDeltas> {
  const sum = new DeltaSum()
  const taken = { sum, deltas: 0, bytes: 0, failed: 0, setAside: 0 }
  for (const portion of portions(pending)) {
    const { rows } = await client.query<JournalRow>(TAKE_DELTAS, [portion])
    for (const row of rows) {
      const decoded = decodeDelta(row.body)
      if (decoded.delta !== undefined) {
        sum.add(decoded.delta)
        taken.deltas++
        taken.bytes += row.body.length
      } else if (await putBack(client, row, decoded.fault)) taken.failed++
      else taken.setAside++
    }
    if (sum.cellCount >= mostCells) break
  }
  return taken
}

function* portions(pending: readonly Pending[]): Generator<number[]> {
  let ids: number[] = []
  let together = 0
  for (const { id, bytes } of pending) {
    if (ids.length > 0 && together + bytes > PORTION_BYTES) {
      yield ids
      ids = []
      together = 0
    }
    ids.push(id)
    together += bytes
  }
  if (ids.length > 0) yield ids
}

/** False when the delta was set aside instead. */
async function putBack(client: PoolClient, row: JournalRow, fault: string): Promise<boolean> {
  const attempts = row.attempts + 1
  const again = attempts < ATTEMPTS
  if (again) await client.query(PUT_BACK, [row.id, row.version, attempts, row.appended_at, row.body])
  else
    await client.query(SET_ASIDE, [row.id, row.version, row.appended_at, clean(`cannot be read: ${fault}`), row.body])
  return again
}
