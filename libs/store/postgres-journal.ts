import type { Pool, PoolClient, QueryResult } from 'pg'
import type { SealedBatch } from '#delta'
import { Attempt } from './append/attempt.js'
import { DatabaseTime } from './append/database-time.js'
import { tallyEncoding, type DeltaEncoding } from './append/delta-encoding.js'
import { isPassing } from './append/failure.js'
import { DEFAULT_QUARANTINE_LIMITS, QuarantineShare, type QuarantineLimits } from './append/quarantine-share.js'
import { endBackend, endTransaction, settleCommit } from './append/settle-commit.js'
import { Journal, JournalUnavailable, type AppendResult } from './journal.js'
import { FIND_FILE } from './sql/append.js'

export interface PostgresJournalOptions {
  /** Default: the delta of the batches' tallies. */
  readonly encoding?: DeltaEncoding
  readonly quarantine?: QuarantineLimits
  /** Told after every append how many of its rejected records are counted but not kept. */
  readonly dropped?: (records: number) => void
  /** How long the fate of an unanswered COMMIT is looked for; default 5,000 ms. */
  readonly settleDeadlineMs?: number
  /** Replaces the database's time, epoch ms; for tests of period boundaries. */
  readonly nowMs?: () => number
}

/** The journal as a Postgres table: keys first, then only new batches, one transaction. Exact across replicas and crashes. */
export class PostgresJournal extends Journal {
  private readonly quarantine: QuarantineShare
  private readonly encoding: DeltaEncoding
  /** Nothing of the last append had come before: probably nothing of the next one has, and its delta is made before that is known. */
  private hopeful = true
  private readonly time: DatabaseTime

  constructor(
    private readonly pool: Pool,
    private readonly options: PostgresJournalOptions = {},
  ) {
    super()
    this.time = new DatabaseTime(options.nowMs)
    this.encoding = options.encoding ?? tallyEncoding
    this.quarantine = new QuarantineShare(options.quarantine ?? DEFAULT_QUARANTINE_LIMITS)
  }

  /** Rejected records that this process has kept today. */
  get quarantinedToday(): number {
    return this.quarantine.usedToday
  }

  override async append(batches: readonly SealedBatch[]): Promise<AppendResult[]> {
    if (batches.length === 0) return []
    const client = await this.connect()
    const attempt = new Attempt(client, this.encoding, this.quarantine, this.hopeful, this.time)
    let broken: Error | undefined
    try {
      const written = await attempt.write(batches)
      await client.query(written ? 'COMMIT' : 'ROLLBACK').then(mustBe(written ? 'COMMIT' : 'ROLLBACK'))
    } catch (error) {
      broken = error as Error
    } finally {
      // A connection that failed is closed: the server then ends what it had open.
      client.release(broken)
    }
    if (broken !== undefined) await this.recover(attempt, broken)
    this.hopeful = attempt.allFresh
    if (attempt.dropped > 0) this.options.dropped?.(attempt.dropped)
    return attempt.results()
  }

  override async file(fingerprint: Uint8Array): Promise<{ end: number; tail: Uint8Array } | null> {
    try {
      const { rows } = await this.pool.query<{ end_offset: number | string; tail: Buffer }>(FIND_FILE, [
        Buffer.from(fingerprint),
      ])
      const row = rows[0]
      return row === undefined ? null : { end: Number(row.end_offset), tail: row.tail }
    } catch (error) {
      throw isPassing(error) ? unavailable(error) : error
    }
  }

  /** Returns when the append is known to be durable after all. */
  private async recover(attempt: Attempt, error: Error): Promise<void> {
    const { question } = attempt
    if (question === null) {
      if (attempt.xid !== null) void endTransaction(this.pool, attempt.xid)
      else if (attempt.backend !== null) void endBackend(this.pool, attempt.backend)
      throw isPassing(error) ? unavailable(error) : error
    }
    const fate = await settleCommit(this.pool, question, this.options.settleDeadlineMs ?? 5_000)
    if (fate !== 'committed') throw new JournalUnavailable(`the commit is ${fate}: ${error.message}`, { cause: error })
  }

  private async connect(): Promise<PoolClient> {
    try {
      return await this.pool.connect()
    } catch (error) {
      throw unavailable(error)
    }
  }
}

/** COMMIT of a failed transaction answers ROLLBACK, without an error. */
const mustBe =
  (command: string) =>
  (result: QueryResult): void => {
    if (result.command !== command) throw new Error(`the database answered ${result.command} to ${command}`)
  }

const unavailable = (error: unknown): JournalUnavailable =>
  new JournalUnavailable(`the database cannot take batches now: ${(error as Error).message}`, { cause: error })
