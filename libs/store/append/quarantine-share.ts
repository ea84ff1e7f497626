import type { SealedBatch } from '#delta'

export interface QuarantineLimits {
  /** Records of one source per day. */
  readonly perSource: number
  /** Records of all sources per day. */
  readonly all: number
  /** False: only that a record was rejected and why, not its text; it cannot be replayed. */
  readonly keepRecords: boolean
}

/** 1,000 records of at most 16 KiB each: no source takes more than 16 MB a day, and all together at most 320 MB. */
export const DEFAULT_QUARANTINE_LIMITS: QuarantineLimits = { perSource: 1_000, all: 20_000, keepRecords: true }

/** One record on its way into quarantine. */
export interface QuarantinedRecord {
  readonly source: string
  readonly reason: string
  readonly format: string | null
  readonly record: Buffer
  readonly whole: boolean
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

  /** The rejected records of `batches` that may be kept on `day`. */
  admit(batches: readonly SealedBatch[], day: number): QuarantinedRecord[] {
    if (day !== this.day) this.reset(day)
    const admitted: QuarantinedRecord[] = []
    for (const { source, format, rejects } of batches)
      for (const { reason, record, whole } of rejects)
        if (this.take(source)) admitted.push({ source, reason, format, ...this.kept(record, whole) })
    return admitted
  }

  private kept(record: Uint8Array, whole: boolean): { record: Buffer; whole: boolean } {
    return this.limits.keepRecords ? { record: Buffer.from(record), whole } : { record: Buffer.alloc(0), whole: false }
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
