import type { Pool } from 'pg'
import { mask } from './mask.js'
import { LIST_QUARANTINE, READ_REPLAYABLE } from './sql/quarantine.js'

/** A record that was not counted, as an administrator sees it. */
export interface Quarantined {
  readonly id: number
  readonly at: Date
  readonly source: string
  readonly reason: string
  readonly format: string | null
  /** Masked: without addresses, query strings and credentials. */
  readonly text: string
  readonly bytes: number
  /** False: only the head was kept, and it cannot be replayed. */
  readonly whole: boolean
  readonly replayedAt: Date | null
}

export interface QuarantineFilter {
  readonly source?: string | undefined
  readonly reason?: string | undefined
}

/** A page of records, newest first; `next` is what to ask for after it, null at the end. */
export interface QuarantinePage {
  readonly records: readonly Quarantined[]
  readonly next: number | null
}

/** A record to be scanned again. Its batch names it in `quarantineIds`; the append counts it once. */
export interface Replayable {
  readonly id: number
  readonly source: string
  readonly format: string | null
  readonly record: Buffer
}

interface Row {
  readonly id: number | string
  readonly at: Date
  readonly source: string
  readonly reason: string
  readonly format: string | null
  readonly record: Buffer
  readonly whole: boolean
  readonly replayed_at: Date | null
}

const MOST = 500

/** Records that were not counted, kept for 7 days. */
export class Quarantine {
  constructor(private readonly pool: Pool) {}

  /** At most `first` (up to 500) records, newest first, older than record `after` where given. */
  async list(filter: QuarantineFilter, first = 50, after: number | null = null): Promise<QuarantinePage> {
    const most = Math.min(Math.max(1, first), MOST)
    const { rows } = await this.pool.query<Row>(LIST_QUARANTINE, [
      filter.source ?? null,
      filter.reason ?? null,
      after,
      most + 1,
    ])
    const records = rows.slice(0, most).map(toQuarantined)
    return { records, next: rows.length > most ? (records.at(-1)?.id ?? null) : null }
  }

  /**
   * Whole records that were never replayed, oldest first, after record `after`. Reading them claims nothing: the append does,
   * in its own transaction, so that a crash on the way loses none and a second replay at the same time doubles none.
   */
  async replayable(filter: QuarantineFilter, most = 500, after = 0): Promise<Replayable[]> {
    const { rows } = await this.pool.query<Row>(READ_REPLAYABLE, [
      filter.source ?? null,
      filter.reason ?? null,
      after,
      Math.min(most, MOST),
    ])
    return rows.map(({ id, source, format, record }) => ({ id: Number(id), source, format, record }))
  }
}

const toQuarantined = (row: Row): Quarantined => ({
  id: Number(row.id),
  at: row.at,
  source: row.source,
  reason: row.reason,
  format: row.format,
  text: mask(row.record),
  bytes: row.record.length,
  whole: row.whole,
  replayedAt: row.replayed_at,
})
