import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool, PoolClient } from 'pg'

/** How a lock against everybody is asked for without holding others up for long. */
export interface BriefLock {
  /** How long one attempt may wait for the lock, and so hold others up; default 200 ms. */
  readonly lockTimeoutMs?: number
  /** Attempts until it is given up; default 20. */
  readonly attempts?: number
}

const LOCK_NOT_AVAILABLE = '55P03'

/**
 * Runs `work` in a transaction whose waits for locks end after `lockTimeoutMs`: it then lets the others pass and tries again. Resolves
 * with what `work` did, or null when no attempt got its locks. Rejects when the database fails, with nothing done.
 */
export async function inBriefLock<Result extends object>(
  pool: Pool,
  options: BriefLock,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result | null> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    return await inBriefLockOf(client, options, work)
  } catch (error) {
    broken = error as Error
    throw error
  } finally {
    client.release(broken)
  }
}

/** The same in a session that the caller holds. */
export async function inBriefLockOf<Result extends object>(
  client: PoolClient,
  options: BriefLock,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result | null> {
  const lockTimeoutMs = options.lockTimeoutMs ?? 200
  for (let attempt = 1; attempt <= (options.attempts ?? 20); attempt++) {
    try {
      return await once(client, lockTimeoutMs, work)
    } catch (error) {
      if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw error
      await sleep(lockTimeoutMs)
    }
  }
  return null
}

async function once<Result>(
  client: PoolClient,
  lockTimeoutMs: number,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  try {
    await client.query('BEGIN')
    await client.query(`SET LOCAL lock_timeout = ${Math.round(lockTimeoutMs)}`)
    const result = await work(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    // Where it fails too, the connection is gone, and the transaction with it: what failed first says why.
    await client.query('ROLLBACK').catch(() => undefined)
    throw error
  }
}
