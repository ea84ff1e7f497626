import type { Envelope } from '#event'
import type { InFlight } from './in-flight.js'
import type { Scan } from './scan.js'

/** Records of one source between two appends. */
export interface RecordBatch {
  readonly scan: Scan
  bytes: number
  records: number
  /** Records that found no room. */
  shed: number
}

/** How records become batches. */
export interface RecordWindow {
  /** A batch is closed so long after its first record. */
  readonly windowMs: number
  /** While the batch before it is not durable yet it stays open, but no longer than this: its records are judged by the time when it was opened. */
  readonly longestWindowMs: number
  /** Or with so many records. */
  readonly batchRecords: number
}

/** What a lane works with. */
export interface RecordLaneParts {
  readonly window: RecordWindow
  readonly inFlight: InFlight
  readonly begin: () => Scan
  /** Makes a batch durable; never rejects. */
  readonly append: (batch: RecordBatch) => Promise<void>
}

/** One source and the batch that it fills. While the database is away few batches wait, however many windows pass. */
export class RecordLane {
  private batch: RecordBatch | null = null
  private timer: NodeJS.Timeout | undefined
  private appending = 0
  private isDue = false

  constructor(private readonly parts: RecordLaneParts) {}

  /** Takes a record, or sheds it where too much is waiting. */
  put(record: Uint8Array, envelope: Envelope | null): 'taken' | 'shed' {
    const { inFlight, window } = this.parts
    const batch = (this.batch ??= this.open())
    if (inFlight.full) {
      batch.shed++
      return 'shed'
    }
    batch.scan.part(record, envelope)
    batch.bytes += record.length
    batch.records++
    inFlight.add(record.length)
    if (batch.records >= window.batchRecords) this.close()
    return 'taken'
  }

  /** Takes note of records that found no room before they came here. */
  shed(records: number): void {
    const batch = (this.batch ??= this.open())
    batch.shed += records
  }

  /** Hands the batch over as it is. */
  close(): void {
    const { batch } = this
    if (batch === null) return
    clearTimeout(this.timer)
    this.batch = null
    this.isDue = false
    this.appending++
    void this.parts.append(batch).then(() => this.appended())
  }

  private open(): RecordBatch {
    this.timer = setTimeout(() => this.due(), this.parts.window.windowMs)
    return { scan: this.parts.begin(), bytes: 0, records: 0, shed: 0 }
  }

  private due(): void {
    if (this.appending === 0) return this.close()
    const { windowMs, longestWindowMs } = this.parts.window
    this.isDue = true
    this.timer = setTimeout(() => this.close(), longestWindowMs - windowMs)
  }

  private appended(): void {
    this.appending--
    if (this.isDue && this.appending === 0) this.close()
  }
}
