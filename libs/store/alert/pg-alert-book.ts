import { createHash } from 'node:crypto'
import type { Pool, PoolClient } from 'pg'
import { AlertBook, type AlertChange, type BookEntry, type Held, type Notice, type SaveResult } from '#alert'
import { portionsOf } from '../fold/portions.js'
import { Turns } from '../turns.js'
import { holdLease, type Lease, LeaseLost } from '../lease.js'
import { foldChanges } from './fold-changes.js'
import {
  DELETE_HELD,
  INSERT_NOTICES,
  INSERT_TRANSITIONS,
  LOAD_HELD,
  UPSERT_ALERTS,
  UPSERT_HELD,
} from './save-entry.sql.js'

/** Two tracks of twice the services that are watched at one time. */
const MOST_HELD = 8_000

/** The alert book in Postgres. It writes only while `lease()` is held; rejects when the database fails. */
export class PgAlertBook extends AlertBook {
  constructor(
    private readonly pool: Pool,
    private readonly lease: () => Lease | null,
  ) {
    super()
  }

  async load(): Promise<Held[]> {
    const { rows } = await this.pool.query<{ held: Held }>(LOAD_HELD, [MOST_HELD])
    return rows.map(({ held }) => held)
  }

  async save(entry: BookEntry): Promise<SaveResult> {
    const lease = this.lease()
    if (lease === null) return 'fenced'
    const client = await this.pool.connect()
    let broken: Error | undefined
    try {
      await client.query('BEGIN')
      await holdLease(client, lease)
      await write(client, entry)
      await holdLease(client, lease)
      await client.query('COMMIT')
      return 'saved'
    } catch (error) {
      broken = await rollBack(client)
      if (error instanceof LeaseLost) return 'fenced'
      throw error
    } finally {
      client.release(broken)
    }
  }
}

async function write(client: PoolClient, { held, dropped, changes, notices }: BookEntry): Promise<void> {
  if (changes.length > 0) {
    await client.query(UPSERT_ALERTS, [JSON.stringify(foldChanges(changes))])
    await client.query(INSERT_TRANSITIONS, [JSON.stringify(changes.map(transitionRow))])
  }
  if (dropped.length > 0) await client.query(DELETE_HELD, [dropped.map(digestOf)])
  await writeHeld(client, held)
  if (notices.length > 0) await client.query(INSERT_NOTICES, [JSON.stringify(notices.map(noticeRow))])
}

/** Thousands of them come with every tick: they are written down in turn with everything else that the thread has to do. */
async function writeHeld(client: PoolClient, held: readonly Held[]): Promise<void> {
  const turns = new Turns()
  for (const portion of portionsOf(held)) {
    const digests: Buffer[] = []
    const texts: string[] = []
    for (const one of portion) {
      await turns.next()
      digests.push(digestOf(one))
      texts.push(JSON.stringify(one))
    }
    await client.query(UPSERT_HELD, [digests, texts])
  }
}

/** An error when the connection is of no more use. */
async function rollBack(client: PoolClient): Promise<Error | undefined> {
  try {
    await client.query('ROLLBACK')
    return undefined
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

const digestOf = ({ rule, service, track }: Held): Buffer =>
  createHash('sha256')
    .update(JSON.stringify([rule.id, service, track]))
    .digest()

const transitionRow = ({ transition, decision, summary }: AlertChange) => ({
  alert_id: transition.alertId,
  at_ms: transition.atMs,
  from_state: transition.from,
  to_state: transition.to,
  reason: transition.reason,
  decision: decision.reason,
  episode: transition.episode,
  summary,
})

const noticeRow = ({ channel, dedupKey, alertId, kind, atMs, body }: Notice) => ({
  channel,
  dedup_key: dedupKey,
  alert_id: alertId,
  kind,
  at_ms: atMs,
  body,
})
