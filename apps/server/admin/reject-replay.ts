import type { Clock } from '#platform'
import type { Journal, Quarantine, QuarantineFilter, Replayable } from '#store'
import type { Scan, Scans } from '../ingest/scan.js'

/** What a replay did, in records. */
export interface ReplayReport {
  /** Counted now. */
  readonly accepted: number
  /** Rejected again: they stay where they are. */
  readonly rejected: number
  /** Counted by another replay in the meantime. */
  readonly duplicate: number
}

const PAGE = 200

/** Scans quarantined records again, after whatever was wrong has been mended. Each is counted at most once, of whatever age. */
export class RejectReplay {
  constructor(
    private readonly quarantine: Pick<Quarantine, 'replayable'>,
    private readonly scans: Scans,
    private readonly journal: Journal,
    private readonly clock: Clock,
  ) {}

  /** Rejects with `JournalUnavailable`; what was counted until then stays counted. */
  async run(filter: QuarantineFilter): Promise<ReplayReport> {
    const sum = { accepted: 0, rejected: 0, duplicate: 0 }
    for (let after = 0; ;) {
      const page = await this.quarantine.replayable(filter, PAGE, after)
      const last = page.at(-1)
      if (last === undefined) return sum
      const report = await this.runPage(page)
      sum.accepted += report.accepted
      sum.rejected += report.rejected
      sum.duplicate += report.duplicate
      after = last.id
    }
  }

  /** Every record is a batch of its own, so that one that is still bad keeps no other one back. */
  private async runPage(page: readonly Replayable[]): Promise<ReplayReport> {
    const scans = page.map((record) => this.scan(record))
    try {
      const good = scans.filter(isGood)
      const results = good.length === 0 ? [] : await this.journal.append(good.map((scan) => scan.seal(null, null)))
      const duplicate = results.filter(({ result }) => result !== 'accepted').length
      return { accepted: good.length - duplicate, rejected: scans.length - good.length, duplicate }
    } finally {
      for (const scan of scans) scan.release()
    }
  }

  /** As it was read before, and where that fails as the source's settings say now: what was mended may be the format. */
  private scan(replayable: Replayable): Scan {
    const scan = this.scanAs(replayable, replayable.format)
    if (replayable.format === null || isGood(scan)) return scan
    scan.release()
    return this.scanAs(replayable, null)
  }

  private scanAs({ id, source, record }: Replayable, format: string | null): Scan {
    const scan = this.scans.begin({
      source,
      format,
      arrivedAtMs: this.clock.now(),
      replayed: true,
      fromQuarantine: true,
      quarantineIds: [id],
    })
    scan.push(record)
    scan.end()
    return scan
  }
}

const isGood = ({ ledger }: Scan): boolean => ledger.accepted > 0 && ledger.rejected === 0
