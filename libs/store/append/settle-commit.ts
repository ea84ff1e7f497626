import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool, PoolClient } from 'pg'
import { END_BACKEND, END_TRANSACTION, TRANSACTION_STATUS } from '../sql/append.js'
import { KEYS_OF_TRANSACTION } from '../sql/claim-keys.js'
import type { KeyWindow } from './key-window.js'

/** A transaction whose COMMIT was sent and not answered. */
export interface OpenQuestion {
  /** As text; ids are 64 bits wide. */
  readonly xid: string
  readonly window: KeyWindow
  /** Stored ids of keys that the transaction wrote. */
  readonly keys: readonly Buffer[]
}

export type Fate = 'committed' | 'aborted' | 'unknown'

const POLL_MS = 25

/**
 * Finds out on new connections what became of a transaction; `unknown` after the deadline. The session that may still hold
 * it open is ended: its client is gone, and its locks would make the sender's next attempt wait.
 *
 * The status alone proves nothing: a server that crashed before it wrote the commit hands the same id out again, and that
 * transaction may have committed. So a key of ours must be there, written under this id. Without a key to look for, the
 * answer to a commit is `unknown`: the sender tries again, and what has an identity is then recognised.
 */
export async function settleCommit(pool: Pool, question: OpenQuestion, deadlineMs: number): Promise<Fate> {
  const until = performance.now() + deadlineMs
  do {
    const fate = await ask(pool, question).catch(() => null)
    if (fate !== null) return fate
    await sleep(POLL_MS)
  } while (performance.now() < until)
  return 'unknown'
}

/**
 * Ends a transaction whose connection broke before COMMIT, if the server has not noticed: until it does, its keys are locked,
 * and the sender's next attempt would wait for them. Never rejects; without it the idle timeout of sessions does the same later.
 */
export async function endTransaction(pool: Pool, xid: string): Promise<void> {
  await pool.query(END_TRANSACTION, [xid]).catch(() => undefined)
}

/** The same where the id of the transaction is not known either: by the database's process that served the connection. */
export async function endBackend(pool: Pool, processId: number): Promise<void> {
  await pool.query(END_BACKEND, [processId]).catch(() => undefined)
}

/** Null: not decided yet. */
async function ask(pool: Pool, question: OpenQuestion): Promise<Fate | null> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    const status = await statusOf(client, question.xid)
    if (status === 'aborted') return 'aborted'
    if (status === 'committed') return (await wroteKeys(client, question)) ? 'committed' : 'unknown'
    if (status === null) return 'unknown'
    await client.query(END_TRANSACTION, [question.xid])
    return null
  } catch (error) {
    broken = error as Error
    throw error
  } finally {
    client.release(broken)
  }
}

const INVALID_PARAMETER = '22023'

/** `in progress`, `committed`, `aborted`, or null for an id too old to be known. */
async function statusOf(client: PoolClient, xid: string): Promise<string | null> {
  try {
    const { rows } = await client.query<{ status: string | null }>(TRANSACTION_STATUS, [xid])
    return rows[0]?.status ?? null
  } catch (error) {
    // "transaction ID is in the future": a crash took the id back before anything of it was on disk.
    if ((error as { code?: string }).code === INVALID_PARAMETER) return 'aborted'
    throw error
  }
}

async function wroteKeys(client: PoolClient, { xid, window, keys }: OpenQuestion): Promise<boolean> {
  if (keys.length === 0) return false
  const { long, short } = window
  const { rows } = await client.query<{ found: boolean }>(KEYS_OF_TRANSACTION, [
    keys,
    long.from,
    long.to,
    short.from,
    short.to,
    xid,
  ])
  return rows[0]?.found === true
}
