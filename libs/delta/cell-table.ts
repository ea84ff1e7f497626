import type { CellColumns } from './delta.js'
import { FEW, grown, mixed } from './int-hash.js'

const FIRST_CAPACITY = 64
/** A row of all columns, and its two slots. */
const CELL_BYTES = 57

/** Distinct (series, ten-second bucket) cells in order of arrival, with their sums. */
export class CellTable implements CellColumns {
  length = 0
  series: Int32Array<ArrayBuffer>
  bucket: Int32Array<ArrayBuffer>
  count: Float64Array<ArrayBuffer>
  retries: Float64Array<ArrayBuffer>
  bytes: Float64Array<ArrayBuffer>
  durationUs: Float64Array<ArrayBuffer>
  estimated: Uint8Array<ArrayBuffer>
  /** Of `count`: events of replayed segments. */
  replayed: Float64Array<ArrayBuffer>
  /** Position + 1 by hash; 0: free. */
  private slots: Int32Array<ArrayBuffer>

  /** `capacity`: a power of two, what it has room for before it grows. */
  constructor(capacity = FIRST_CAPACITY) {
    this.series = new Int32Array(capacity)
    this.bucket = new Int32Array(capacity)
    this.count = new Float64Array(capacity)
    this.retries = new Float64Array(capacity)
    this.bytes = new Float64Array(capacity)
    this.durationUs = new Float64Array(capacity)
    this.estimated = new Uint8Array(capacity)
    this.replayed = new Float64Array(capacity)
    this.slots = new Int32Array(2 * capacity)
  }

  /** Position of the cell, added with zeros where it is new. */
  put(series: number, bucket: number): number {
    const slot = this.slotOf(series, bucket)
    const found = this.slots[slot]!
    if (found !== 0) return found - 1
    if (this.length === this.series.length) {
      this.grow()
      return this.put(series, bucket)
    }
    const position = this.length++
    this.slots[slot] = position + 1
    this.series[position] = series
    this.bucket[position] = bucket
    this.count[position] = 0
    this.retries[position] = 0
    this.bytes[position] = 0
    this.durationUs[position] = 0
    this.estimated[position] = 0
    this.replayed[position] = 0
    return position
  }

  /** Bytes of memory held. */
  get heldBytes(): number {
    return CELL_BYTES * this.series.length
  }

  clear(): void {
    if (this.length > FEW) this.slots.fill(0)
    // Backwards, so that those before can still be found.
    else for (let at = this.length - 1; at >= 0; at--) this.slots[this.slotOf(this.series[at]!, this.bucket[at]!)] = 0
    this.length = 0
  }

  private slotOf(series: number, bucket: number): number {
    const mask = this.slots.length - 1
    let slot = mixed(series, bucket) & mask
    for (;;) {
      const position = this.slots[slot]! - 1
      if (position < 0) return slot
      if (this.series[position] === series && this.bucket[position] === bucket) return slot
      slot = (slot + 1) & mask
    }
  }

  private grow(): void {
    this.series = grown(this.series)
    this.bucket = grown(this.bucket)
    this.count = grown(this.count)
    this.retries = grown(this.retries)
    this.bytes = grown(this.bytes)
    this.durationUs = grown(this.durationUs)
    this.estimated = grown(this.estimated)
    this.replayed = grown(this.replayed)
    this.slots = new Int32Array(2 * this.series.length)
    for (let position = 0; position < this.length; position++) {
      this.slots[this.slotOf(this.series[position]!, this.bucket[position]!)] = position + 1
    }
  }
}
