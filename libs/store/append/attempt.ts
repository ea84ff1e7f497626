import type { PoolClient, QueryResult } from 'pg'
import type { SealedBatch } from '#delta'
import type { AppendResult } from '../journal.js'
import { BEGIN_APPEND, INSERT_JOURNAL, INSERT_QUARANTINE } from '../sql/append.js'
import { judgeKeys, storedId, type HopedDelta } from './batch-keys.js'
import type { DatabaseTime } from './database-time.js'
import type { DeltaEncoding } from './delta-encoding.js'
import { claimEvents } from './event-keys.js'
import { judgeFiles } from './file-spans.js'
import { isSameWindow, keyWindow, type KeyWindow } from './key-window.js'
import { portions, type QuarantineShare } from './quarantine-share.js'
import { claimQuickly, quickOrder } from './quick-claim.js'
import { judgeReplayed } from './replayed-records.js'
import type { OpenQuestion } from './settle-commit.js'
import type { Verdict } from './verdict.js'

const DAY_MS = 86_400_000

/** One transaction on one connection. */
export class Attempt {
  xid: string | null = null
  /** Rejected records that are counted but not kept. */
  dropped = 0
  private verdicts: Verdict[] = []
  /** Set once COMMIT is about to be sent. */
  private written: { batches: readonly SealedBatch[]; window: KeyWindow } | null = null

  constructor(
    private readonly client: PoolClient,
    private readonly encoding: DeltaEncoding,
    private readonly quarantine: QuarantineShare,
    private readonly hopeful: boolean,
    private readonly time: DatabaseTime,
  ) {}

  /** The process of the database that serves this connection; null where it is not told. */
  get backend(): number | null {
    return (this.client as { readonly processID?: number | null }).processID ?? null
  }

  /** Not null once COMMIT is about to be sent: from there on an error does not tell what happened. */
  get question(): OpenQuestion | null {
    if (this.written === null || this.xid === null) return null
    const { batches, window } = this.written
    return { xid: this.xid, window, keys: freshKeys(batches, this.verdicts) }
  }

  get allFresh(): boolean {
    return this.verdicts.every((verdict) => resultOf(verdict) !== 'duplicate')
  }

  results(): AppendResult[] {
    return this.verdicts.map((verdict) => (verdict === 'fresh' ? { result: 'accepted' } : verdict))
  }

  /** Everything up to COMMIT; false when there is nothing to commit. */
  async write(batches: readonly SealedBatch[]): Promise<boolean> {
    this.verdicts = batches.map(() => 'fresh')
    const hoped = this.hopeful ? await this.hope(batches) : null
    const quickMs = hoped === null ? null : await this.appendQuickly(batches, hoped)
    if (quickMs !== null) return this.complete(batches, batches, quickMs)
    const nowMs = await this.begin()
    const window = keyWindow(nowMs)
    const appended = await judge(this.client, batches, window, this.verdicts, hoped)
    const fresh = appended ? batches : await this.appendFresh(batches, window)
    if (fresh === null) return false
    return this.complete(batches, fresh, nowMs)
  }

  /** What goes along with a delta; afterwards COMMIT may be sent. */
  private async complete(
    batches: readonly SealedBatch[],
    fresh: readonly SealedBatch[],
    nowMs: number,
  ): Promise<boolean> {
    await this.keepRejects(fresh, Math.floor(nowMs / DAY_MS))
    this.written = { batches, window: keyWindow(nowMs) }
    this.fillFileEnds(batches)
    return true
  }

  /** Appends in one round trip; the database's time, epoch ms, or null where some key was there before or the key window is another. */
  private async appendQuickly(batches: readonly SealedBatch[], hoped: HopedDelta): Promise<number | null> {
    const expectedMs = this.time.expectedMs()
    const order = expectedMs === null ? null : quickOrder(batches, keyWindow(expectedMs), hoped)
    if (order === null) return null
    const answer = await claimQuickly(this.client, order)
    if (answer?.appended === true) {
      const nowMs = this.time.told(answer.nowMs)
      this.xid = answer.xid
      if (isSameWindow(keyWindow(nowMs), order.window)) return nowMs
    }
    this.xid = null
    await this.client.query('ROLLBACK')
    return null
  }

  /** The delta of all batches, where keys alone tell whether they are fresh. */
  private async hope(batches: readonly SealedBatch[]): Promise<HopedDelta | null> {
    if (!batches.every((batch) => identityOf(batch) === 'key' && batch.events === undefined)) return null
    const body = await this.encoding.encodeWhole(batches)
    return body === null ? null : { version: this.encoding.version, body }
  }

  /** Appends what was judged fresh, and the ledger lines of duplicates; null where there is neither. */
  private async appendFresh(
    batches: readonly SealedBatch[],
    window: KeyWindow,
  ): Promise<readonly SealedBatch[] | null> {
    const judged = batches.filter((_, position) => this.verdicts[position] === 'fresh')
    const fresh = await claimEvents(this.client, judged, window)
    const duplicates = batches.filter((_, position) => resultOf(this.verdicts[position]) === 'duplicate')
    if (fresh.length + duplicates.length === 0) return null
    for (const encoded of this.encoding.encode(fresh, duplicates)) {
      const body = await encoded
      await this.client.query({
        name: 'insert_journal',
        text: INSERT_JOURNAL,
        values: [this.encoding.version, Buffer.from(body.buffer, body.byteOffset, body.byteLength)],
      })
    }
    return fresh
  }

  /** Returns the database's time, epoch ms. */
  private async begin(): Promise<number> {
    const results = (await this.client.query(BEGIN_APPEND)) as unknown as QueryResult<{ xid: string; now_ms: number }>[]
    const row = results[1]?.rows[0]
    if (row === undefined) throw new Error('the database did not tell the id of the transaction')
    this.xid = row.xid
    return this.time.told(row.now_ms)
  }

  private async keepRejects(fresh: readonly SealedBatch[], day: number): Promise<void> {
    const { records, dropped } = this.quarantine.admit(fresh, day)
    this.dropped = dropped
    for (const portion of portions(records))
      await this.client.query(INSERT_QUARANTINE, [
        day,
        portion.map((record) => record.source),
        portion.map((record) => record.reason),
        portion.map((record) => record.format),
        portion.map((record) => record.record),
        portion.map((record) => record.whole),
      ])
  }

  private fillFileEnds(batches: readonly SealedBatch[]): void {
    batches.forEach((batch, position) => {
      if (batch.file !== null && this.verdicts[position] === 'fresh')
        this.verdicts[position] = { result: 'accepted', fileEnd: batch.file.to }
    })
  }
}

/**
 * Each batch is known by one thing: the span of its file, the records of the quarantine that it holds, or its key. True: `hoped` was
 * appended.
 */
async function judge(
  client: PoolClient,
  batches: readonly SealedBatch[],
  window: KeyWindow,
  verdicts: Verdict[],
  hoped: HopedDelta | null,
): Promise<boolean> {
  const positions = batches.map((_, position) => position)
  const by = (identity: Identity) => positions.filter((position) => identityOf(batches[position]) === identity)
  const appended = await judgeKeys(client, batches, by('key'), window, verdicts, hoped)
  await judgeFiles(client, batches, by('file'), verdicts)
  await judgeReplayed(client, batches, by('quarantine'), verdicts)
  return appended
}

type Identity = 'file' | 'quarantine' | 'key' | 'none'

function identityOf(batch: SealedBatch | undefined): Identity {
  if (batch?.file) return 'file'
  if (batch?.quarantineIds && batch.quarantineIds.length > 0) return 'quarantine'
  return batch?.key ? 'key' : 'none'
}

const resultOf = (verdict: Verdict | undefined): string | undefined =>
  typeof verdict === 'object' ? verdict.result : verdict

function freshKeys(batches: readonly SealedBatch[], verdicts: readonly Verdict[]): Buffer[] {
  return batches.flatMap((batch, position) =>
    batch.key !== null && identityOf(batch) === 'key' && verdicts[position] === 'fresh' ? [storedId(batch.key)] : [],
  )
}
