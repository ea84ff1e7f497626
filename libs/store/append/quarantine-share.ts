import type { SealedBatch } from '#delta'

export interface QuarantineLimits {
  /** Records of one source per day. */
  readonly perSource: number
  /** Records of all sources per day. */
  readonly all: number
  /** False: only that a record was rejected and why, not its text; it cannot be replayed. */
  readonly keepRecords: boolean
}

/** As the settings have it. */
export const DEFAULT_QUARANTINE_LIMITS: QuarantineLimits = { perSource: 10_000, all: 200_000, keepRecords: true }

/** One record on its way into quarantine. */
export interface QuarantinedRecord {
  readonly source: string
  readonly reason: string
  readonly format: string | null
  readonly record: Buffer
  readonly whole: boolean
}

/** What of the rejected records goes into quarantine. */
export interface Admission {
  readonly records: readonly QuarantinedRecord[]
  /** Rejected records that are counted but not kept: past what one batch may keep, or past the day's share. */
  readonly dropped: number
}

/**
 * How much of a day's room in quarantine this process has used. It bounds disk, so it need not be exact: each process counts
 * its own, and a restart begins anew. Rejects beyond it are counted all the same, only not kept.
 */
export class QuarantineShare {
  private day = 0
  private used = 0
  private readonly bySource = new Map<string, number>()

  constructor(private readonly limits: QuarantineLimits = DEFAULT_QUARANTINE_LIMITS) {}

  /** Records kept today, for metrics. */
  get usedToday(): number {
    return this.used
  }

  /** The rejected records of `batches` that may be kept on `day`. */
  admit(batches: readonly SealedBatch[], day: number): Admission {
    if (day !== this.day) this.reset(day)
    const records: QuarantinedRecord[] = []
    let rejected = 0
    for (const { source, format, rejects, ledger } of batches) {
      rejected += ledger.rejected
      for (const { reason, record, whole } of rejects)
        if (this.take(source)) records.push({ source, reason, format, ...this.kept(record, whole) })
    }
    return { records, dropped: Math.max(0, rejected - records.length) }
  }

  private kept(record: Uint8Array, whole: boolean): { record: Buffer; whole: boolean } {
    if (!this.limits.keepRecords) return { record: Buffer.alloc(0), whole: false }
    return { record: Buffer.from(record.buffer, record.byteOffset, record.byteLength), whole }
  }

  private take(source: string): boolean {
    const used = this.bySource.get(source) ?? 0
    if (used >= this.limits.perSource || this.used >= this.limits.all) return false
    this.bySource.set(source, used + 1)
    this.used++
    return true
  }

  private reset(day: number): void {
    this.day = day
    this.used = 0
    this.bySource.clear()
  }
}

const PORTION_RECORDS = 5_000
const PORTION_BYTES = 4 << 20

/** Cuts records into statements of a size: as text a statement is twice as long, and a group of batches may hold hundreds of MiB. */
export function* portions(records: readonly QuarantinedRecord[]): Generator<readonly QuarantinedRecord[]> {
  let from = 0
  let bytes = 0
  for (const [index, { record }] of records.entries()) {
    const full = index - from >= PORTION_RECORDS || bytes + record.length > PORTION_BYTES
    if (full && index > from) {
      yield records.slice(from, index)
      from = index
      bytes = 0
    }
    bytes += record.length
  }
  if (from < records.length) yield records.slice(from)
}
