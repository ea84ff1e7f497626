import type { LatencyColumns } from './delta.js'
import { FEW, grown, mixed } from './int-hash.js'

const FIRST_CAPACITY = 64
/** Bits that a histogram bucket needs: (cell, histogram bucket) is packed into one int. */
const BUCKET_BITS = 8
const BUCKET_MASK = (1 << BUCKET_BITS) - 1
/** A row of all columns, and its two slots: of a cell, and of an entry of its histogram. */
const CELL_BYTES = 41
const ENTRY_BYTES = 20

/** Latency cells, (gateway, service, route, class, minute), with sparse histograms. */
export class LatencyTable {
  length = 0
  gateway: Int32Array<ArrayBuffer>
  service: Int32Array<ArrayBuffer>
  route: Int32Array<ArrayBuffer>
  class: Uint8Array<ArrayBuffer>
  bucket: Int32Array<ArrayBuffer>
  count: Float64Array<ArrayBuffer>
  sumUs: Float64Array<ArrayBuffer>
  private slots: Int32Array<ArrayBuffer>

  private entries = 0
  private entryKey: Int32Array<ArrayBuffer>
  private entryCount: Float64Array<ArrayBuffer>
  private entrySlots: Int32Array<ArrayBuffer>

  /** `capacity`: a power of two, what it has room for before it grows. */
  constructor(capacity = FIRST_CAPACITY) {
    this.gateway = new Int32Array(capacity)
    this.service = new Int32Array(capacity)
    this.route = new Int32Array(capacity)
    this.class = new Uint8Array(capacity)
    this.bucket = new Int32Array(capacity)
    this.count = new Float64Array(capacity)
    this.sumUs = new Float64Array(capacity)
    this.slots = new Int32Array(2 * capacity)
    this.entryKey = new Int32Array(capacity)
    this.entryCount = new Float64Array(capacity)
    this.entrySlots = new Int32Array(2 * capacity)
  }

  /** Position of the cell, added with zeros where it is new. */
  put(gateway: number, service: number, route: number, statusClass: number, bucket: number): number {
    const slot = this.slotOf(gateway, service, route, statusClass, bucket)
    const found = this.slots[slot]!
    if (found !== 0) return found - 1
    if (this.length === this.gateway.length) {
      this.growCells()
      return this.put(gateway, service, route, statusClass, bucket)
    }
    const position = this.length++
    this.slots[slot] = position + 1
    this.gateway[position] = gateway
    this.service[position] = service
    this.route[position] = route
    this.class[position] = statusClass
    this.bucket[position] = bucket
    this.count[position] = 0
    this.sumUs[position] = 0
    return position
  }

  /** Adds `count` durations of histogram bucket `index` that sum to `sumUs` microseconds. */
  add(cell: number, index: number, count: number, sumUs: number): void {
    this.count[cell]! += count
    this.sumUs[cell]! += sumUs
    this.addEntry((cell << BUCKET_BITS) | index, count)
  }

  /** Adds everything of another table; `cells` tells for each of its cells which one here it is. */
  addAll({ length, sumUs, entries, entryKey, entryCount }: LatencyTable, cells: Int32Array): void {
    for (let cell = 0; cell < length; cell++) this.sumUs[cells[cell]!]! += sumUs[cell]!
    for (let entry = 0; entry < entries; entry++) {
      const key = entryKey[entry]!
      this.add(cells[key >>> BUCKET_BITS]!, key & BUCKET_MASK, entryCount[entry]!, 0)
    }
  }

  /** Everything in columns, histogram buckets of a cell ascending. */
  columns(): LatencyColumns {
    const starts = new Int32Array(this.length + 1)
    for (let entry = 0; entry < this.entries; entry++) starts[(this.entryKey[entry]! >>> BUCKET_BITS) + 1]!++
    for (let cell = 1; cell <= this.length; cell++) starts[cell]! += starts[cell - 1]!
    const ends = starts.slice(0, this.length)
    const indexes = new Uint16Array(this.entries)
    const counts = new Float64Array(this.entries)
    for (let entry = 0; entry < this.entries; entry++) {
      const cell = this.entryKey[entry]! >>> BUCKET_BITS
      const index = this.entryKey[entry]! & BUCKET_MASK
      // Cells have few entries: each finds its place among those before it.
      let at = ends[cell]!++
      for (; at > starts[cell]! && indexes[at - 1]! > index; at--) {
        indexes[at] = indexes[at - 1]!
        counts[at] = counts[at - 1]!
      }
      indexes[at] = index
      counts[at] = this.entryCount[entry]!
    }
    const { length, gateway, service, route, bucket, count, sumUs } = this
    return { length, gateway, service, route, class: this.class, bucket, count, sumUs, ends, indexes, counts }
  }

  /** Bytes of memory held. */
  get heldBytes(): number {
    return CELL_BYTES * this.gateway.length + ENTRY_BYTES * this.entryKey.length
  }

  /** Slots are freed backwards, so that those before can still be found. */
  clear(): void {
    if (this.length > FEW) this.slots.fill(0)
    else for (let at = this.length - 1; at >= 0; at--) this.slots[this.slotAt(at)] = 0
    if (this.entries > FEW) this.entrySlots.fill(0)
    else for (let at = this.entries - 1; at >= 0; at--) this.entrySlots[this.entrySlotOf(this.entryKey[at]!)] = 0
    this.length = 0
    this.entries = 0
  }

  private addEntry(key: number, count: number): void {
    const slot = this.entrySlotOf(key)
    const found = this.entrySlots[slot]!
    if (found !== 0) {
      this.entryCount[found - 1]! += count
      return
    }
    if (this.entries === this.entryKey.length) {
      this.growEntries()
      this.addEntry(key, count)
      return
    }
    this.entryKey[this.entries] = key
    this.entryCount[this.entries] = count
    this.entrySlots[slot] = ++this.entries
  }

  private slotOf(gateway: number, service: number, route: number, statusClass: number, bucket: number): number {
    const mask = this.slots.length - 1
    let slot = mixed(route, service, gateway + (statusClass << 24), bucket) & mask
    for (;;) {
      const position = this.slots[slot]! - 1
      if (position < 0) return slot
      if (
        this.bucket[position] === bucket &&
        this.route[position] === route &&
        this.service[position] === service &&
        this.gateway[position] === gateway &&
        this.class[position] === statusClass
      ) {
        return slot
      }
      slot = (slot + 1) & mask
    }
  }

  private entrySlotOf(key: number): number {
    const mask = this.entrySlots.length - 1
    const hash = Math.imul(key, 0x9e3779b1)
    let slot = (hash ^ (hash >>> 15)) & mask
    for (;;) {
      const entry = this.entrySlots[slot]! - 1
      if (entry < 0 || this.entryKey[entry] === key) return slot
      slot = (slot + 1) & mask
    }
  }

  private growCells(): void {
    this.gateway = grown(this.gateway)
    this.service = grown(this.service)
    this.route = grown(this.route)
    this.class = grown(this.class)
    this.bucket = grown(this.bucket)
    this.count = grown(this.count)
    this.sumUs = grown(this.sumUs)
    this.slots = new Int32Array(2 * this.gateway.length)
    for (let position = 0; position < this.length; position++) this.slots[this.slotAt(position)] = position + 1
  }

  /** The slot of a cell by its position. */
  private slotAt(position: number): number {
    return this.slotOf(
      this.gateway[position]!,
      this.service[position]!,
      this.route[position]!,
      this.class[position]!,
      this.bucket[position]!,
    )
  }

  private growEntries(): void {
    this.entryKey = grown(this.entryKey)
    this.entryCount = grown(this.entryCount)
    this.entrySlots = new Int32Array(2 * this.entryKey.length)
    for (let entry = 0; entry < this.entries; entry++) {
      this.entrySlots[this.entrySlotOf(this.entryKey[entry]!)] = entry + 1
    }
  }
}
