import type { Pool, PoolClient } from 'pg'
import { ACQUIRE_LEASE, CREATE_LEASE, HOLD_LEASE, RELEASE_LEASE, RENEW_LEASE } from './sql/lease.js'

/** The right to do one kind of work alone, until it expires. `epoch` grows with every new holder. */
export interface Lease {
  readonly name: string
  readonly holder: string
  readonly epoch: number
  readonly ttlMs: number
}

/** The work was not done: another holder has the lease now, or it has expired. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}

/**
 * Takes the lease when it is free, expired, or left by an earlier process under the same holder's name; null when somebody
 * else holds it. Never waits. Expiry is the database's time.
 */
export async function acquireLease(pool: Pool, name: string, holder: string, ttlMs: number): Promise<Lease | null> {
  await pool.query(CREATE_LEASE, [name])
  const { rows } = await pool.query<{ epoch: string | number }>(ACQUIRE_LEASE, [name, holder, ttlMs])
  const epoch = rows[0]?.epoch
  return epoch === undefined ? null : { name, holder, epoch: Number(epoch), ttlMs }
}

/** Prolongs the lease by its ttl; false when it has expired or somebody else holds it. */
export async function renewLease(pool: Pool, lease: Lease): Promise<boolean> {
  const renewed = await pool.query(RENEW_LEASE, [lease.name, lease.holder, lease.epoch, lease.ttlMs])
  return renewed.rowCount === 1
}

/** Gives the lease back at once, if it is still held. */
export async function releaseLease(pool: Pool, lease: Lease): Promise<void> {
  await pool.query(RELEASE_LEASE, [lease.name, lease.holder, lease.epoch])
}

/**
 * Begins a fenced transaction: prolongs the lease and keeps its row locked until the transaction ends, so that nobody can take
 * it in between; returns the transaction's id. Rejects with `LeaseLost` when the lease has passed; the transaction must then be
 * rolled back.
 */
export async function fence(client: PoolClient, lease: Lease): Promise<string> {
  const { rows } = await client.query<{ xid: string }>(RENEW_LEASE, [
    lease.name,
    lease.holder,
    lease.epoch,
    lease.ttlMs,
  ])
  const xid = rows[0]?.xid
  if (xid === undefined) throw new LeaseLost(`the lease ${lease.name} of ${lease.holder} has passed`)
  return xid
}

/**
 * Makes sure that the lease is still held, and locks it until the transaction ends; call it just before COMMIT. Rejects with
 * `LeaseLost` when the lease has passed; the transaction must then be rolled back.
 */
export async function holdLease(client: PoolClient, lease: Lease): Promise<void> {
  const held = await client.query(HOLD_LEASE, [lease.name, lease.holder, lease.epoch])
  if (held.rowCount !== 1) throw new LeaseLost(`the lease ${lease.name} of ${lease.holder} has passed`)
}
