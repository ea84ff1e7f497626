import type { CellColumns } from './delta.js'
import { grown, mixed } from './int-hash.js'

const FIRST_CAPACITY = 64

/** Distinct (series, ten-second bucket) cells in order of arrival, with their sums. */
export class CellTable implements CellColumns {
  length = 0
  series = new Int32Array(FIRST_CAPACITY)
  bucket = new Int32Array(FIRST_CAPACITY)
  count = new Float64Array(FIRST_CAPACITY)
  retries = new Float64Array(FIRST_CAPACITY)
  bytes = new Float64Array(FIRST_CAPACITY)
  durationUs = new Float64Array(FIRST_CAPACITY)
  estimated = new Uint8Array(FIRST_CAPACITY)
  /** Of `count`: events of replayed segments. */
  replayed = new Float64Array(FIRST_CAPACITY)
  /** Position + 1 by hash; 0: free. */
  private slots = new Int32Array(2 * FIRST_CAPACITY)

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

  clear(): void {
    if (this.length > 0) this.slots.fill(0)
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
