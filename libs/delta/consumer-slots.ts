import { createHash } from 'node:crypto'
import { MAX_LABEL_BYTES, type EventView } from '#event'
import { ByteInterner, cutAt } from './byte-interner.js'
import { CellTable } from './cell-table.js'
import { ConsumerSum, OTHER_WORD } from './consumer-sum.js'
import type { ConsumerCount } from './delta.js'

/** Names held at once in a batch: when they are used up, what was counted so far is summed up and they begin anew. */
const NAMES = 256
/** Rows that one batch may add, strongest first; the rest is `{other}` of its service and minute. */
const ROWS = 128

/** Throttled events of one batch by (service, minute, consumer): no string per event, totals exact, names of the largest. */
export class ConsumerSlots {
  private readonly names = new ByteInterner({ maxEntries: NAMES, maxBytes: NAMES * MAX_LABEL_BYTES, seed: 0x811c9dc5 })
  /** By name (as `series`), of the services' minutes. */
  private readonly counts = new CellTable()
  private readonly services: number[] = []
  private sum = new ConsumerSum()
  private any = false

  add(service: number, minuteBucket: number, view: EventView): void {
    const to = cutAt(view.bytes, view.consumerFrom, view.consumerTo, MAX_LABEL_BYTES)
    this.any = true
    let name = this.names.find(service, view.bytes, view.consumerFrom, to)
    if (name < 0) {
      if (this.names.length === NAMES) this.sumUp()
      this.names.find(service, view.bytes, view.consumerFrom, to)
      name = this.names.add(service, view.bytes, view.consumerFrom, to)
      // A name that finds no slot within the probe limit is nobody's: 64 such in a row need a forger.
      if (name < 0) return this.sum.add(service, minuteBucket, OTHER_WORD, 1)
      this.services[name] = service
    }
    // Two steps: `put` may replace the columns.
    const cell = this.counts.put(name, minuteBucket)
    this.counts.count[cell]!++
  }

  /** The largest consumers; with a salt their names are SHA-256 hashes, 16 hex digits. */
  rows(salt: string | null): ConsumerCount[] {
    if (!this.any) return []
    this.sumUp()
    const rows = this.sum.rows().sort((a, b) => b.count - a.count)
    const kept = rows
      .slice(0, ROWS)
      .map((row) => (salt === null ? row : { ...row, consumer: hashed(row.consumer, salt) }))
    if (rows.length <= ROWS) return kept
    const rest = new ConsumerSum()
    for (const { service, bucket, count } of rows.slice(ROWS)) rest.add(service, bucket, OTHER_WORD, count)
    return kept.concat(rest.rows())
  }

  clear(): void {
    if (!this.any) return
    this.any = false
    this.sum = new ConsumerSum()
    this.names.clear()
    this.counts.clear()
  }

  private sumUp(): void {
    for (let row = 0; row < this.counts.length; row++) {
      const name = this.counts.series[row]!
      this.sum.add(this.services[name]!, this.counts.bucket[row]!, this.names.text(name), this.counts.count[row]!)
    }
    this.names.clear()
    this.counts.clear()
  }
}

const hashed = (consumer: string, salt: string): string =>
  consumer === OTHER_WORD
    ? consumer
    : createHash('sha256').update(salt).update('\0').update(consumer).digest('hex').slice(0, 16)
