import { DatabaseError, type Connection, type PoolClient, type Submittable } from 'pg'
import type { SealedBatch } from '#delta'
import { BEGIN_QUICK, NO_SCANS, quickClaim, type KeyTable, type QuickStatement } from '../sql/quick-claim.js'
import { storedBody, storedId, type HopedDelta } from './batch-keys.js'
import type { KeyWindow } from './key-window.js'

/** Keys that are probably new, in the order of their ids, and the delta of their batches. */
export interface QuickOrder {
  readonly table: KeyTable
  readonly window: KeyWindow
  readonly ids: readonly Buffer[]
  /** Null where no key has one. */
  readonly bodies: readonly (Buffer | null)[] | null
  readonly delta: HopedDelta
}

/** What the database tells of a claim whose transaction is open. */
export interface QuickAnswer {
  /** False: some key was there before; nothing was appended, and the transaction must not be committed. */
  readonly appended: boolean
  readonly xid: string
  /** The database's time, epoch ms. */
  readonly nowMs: number
}

/** Null where the keys are not all of one table, or not all different. */
export function quickOrder(batches: readonly SealedBatch[], window: KeyWindow, delta: HopedDelta): QuickOrder | null {
  const table = batches[0]?.key?.shortLived === true ? 'short' : 'long'
  const keyed: { id: Buffer; body: Buffer | null }[] = []
  for (const { key } of batches) {
    if (key === null || key.shortLived !== (table === 'short')) return null
    keyed.push({ id: storedId(key), body: storedBody(key) })
  }
  // The order in which ids are inserted everywhere, so that two appends with common keys never deadlock.
  keyed.sort((a, b) => a.id.compare(b.id))
  if (keyed.some(({ id }, position) => keyed[position + 1]?.id.equals(id) === true)) return null
  const hasBody = keyed.some(({ body }) => body !== null)
  return {
    table,
    window,
    ids: keyed.map(({ id }) => id),
    bodies: hasBody ? keyed.map(({ body }) => body) : null,
    delta,
  }
}

const UNIQUE_VIOLATION = '23505'

/**
 * Begins a transaction, claims and appends with one round trip. Null: a key was there before, and the transaction has failed. Rejects
 * where the connection or the database do; the transaction was not committed then.
 */
export async function claimQuickly(client: PoolClient, order: QuickOrder): Promise<QuickAnswer | null> {
  const { version, body } = order.delta
  const values = [
    arrayOf(order.ids),
    order.bodies === null ? null : arrayOf(order.bodies),
    String(version),
    Buffer.from(body.buffer, body.byteOffset, body.byteLength),
  ]
  try {
    const fields = await new Promise<readonly string[]>((resolve, reject) => {
      client.query(
        new Flight(preparedOn(client), quickClaim(order.table, order.window), values, (error, row) =>
          error === null ? resolve(row) : reject(error),
        ),
      )
    })
    return { appended: fields[0] === 't', xid: fields[1] ?? '', nowMs: Number(fields[2]) }
  } catch (error) {
    if (error instanceof DatabaseError && error.code === UNIQUE_VIOLATION) return null
    throw error
  }
}

type Done = (error: Error | null, row: readonly string[]) => void

/** Several statements that leave as one message, and whose answers are awaited together. */
class Flight implements Submittable {
  private row: readonly string[] = []

  constructor(
    private readonly prepared: Set<string>,
    private readonly claim: QuickStatement,
    private readonly values: readonly (Buffer | string | null)[],
    /** Replaced by the driver, to stop its own clock. */
    public callback: Done,
  ) {}

  submit(connection: Connection): void {
    connection.stream.cork()
    this.forget(connection)
    for (const [statement, values] of [
      [BEGIN_QUICK, []],
      [NO_SCANS, []],
      [this.claim, this.values],
    ] as const) {
      if (!this.prepared.has(statement.name)) {
        this.prepared.add(statement.name)
        connection.parse({ ...statement, types: [] }, true)
      }
      connection.bind({ statement: statement.name, values: [...values] }, true)
      connection.execute(null, true)
    }
    connection.sync()
    connection.stream.uncork()
  }

  /** Statements of periods that are over. */
  private forget(connection: Connection): void {
    if (this.prepared.has(this.claim.name)) return
    const table = this.claim.name.split('_', 2).join('_')
    for (const name of this.prepared)
      if (name.startsWith(table)) {
        this.prepared.delete(name)
        connection.close({ type: 'S', name }, true)
      }
  }

  handleDataRow({ fields }: { readonly fields: readonly string[] }): void {
    this.row = fields
  }

  handleCommandComplete(): void {
    // Three of them come; the end of all is what counts.
  }

  handleError(error: Error): void {
    this.callback(error, [])
  }

  handleReadyForQuery(): void {
    this.callback(null, this.row)
  }
}

const PREPARED = new WeakMap<PoolClient, Set<string>>()

/** Names of the statements here that a connection knows. One whose statement fails, but for a key that was there, is not used again. */
function preparedOn(client: PoolClient): Set<string> {
  let prepared = PREPARED.get(client)
  if (prepared === undefined) PREPARED.set(client, (prepared = new Set()))
  return prepared
}

const BYTEA = 17
const HEAD_BYTES = 20

/** An array of bytea in the binary form of the protocol: as text it is twice as long, and read digit by digit. */
function arrayOf(items: readonly (Buffer | null)[]): Buffer {
  const array = Buffer.allocUnsafe(items.reduce((bytes, item) => bytes + 4 + (item?.length ?? 0), HEAD_BYTES))
  const head = [1, items.includes(null) ? 1 : 0, BYTEA, items.length, 1]
  let at = 0
  for (const word of head) at = array.writeInt32BE(word, at)
  for (const item of items) {
    at = array.writeInt32BE(item?.length ?? -1, at)
    if (item !== null) at += item.copy(array, at)
  }
  return array
}
