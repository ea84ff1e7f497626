import { hashOf, sameBytes, wordsOf } from './words-of.js'

const SLOTS = 512
/** Longer paths are rarely plain. */
const MAX_PATH_BYTES = 64
/** Looked up so often without one, a table gets its memory: sources with little traffic need none. */
const WORTH_IT_AFTER = 2000
const SEED = 0x3c6ef372

/**
 * Remembers the route label of paths that come again and again, so that they need no template: of paths with ids in them
 * none does, and those cost one hash. A path is stored the second time in a row that it claims its slot. 41 KB once in use.
 */
export class PathMemo {
  private lookups = 0
  private slots: Slots | null = null
  private slot = -1
  private hash = 0

  /** The label of a remembered path, else -1; `learn` may follow. */
  find(service: number, path: Uint8Array, from: number, to: number): number {
    const { slots } = this
    this.slot = -1
    if (slots === null || to - from > MAX_PATH_BYTES) return this.miss()
    const words = wordsOf(path)
    const hash = hashOf(words, from, to, SEED ^ service)
    const slot = hash & (SLOTS - 1)
    this.slot = slot
    this.hash = hash
    if (slots.hashes[slot] !== hash || slots.labels[slot]! < 0 || slots.services[slot] !== service) return -1
    const isSame =
      slots.sizes[slot] === to - from && sameBytes(slots.words, slot * MAX_PATH_BYTES, words, from, to - from)
    return isSame ? slots.labels[slot]! : -1
  }

  /** Tells the label of the path that the last `find` did not know. */
  learn(service: number, path: Uint8Array, from: number, to: number, label: number): void {
    const { slots, slot, hash } = this
    if (slots === null || slot < 0) return
    const again = slots.hashes[slot] === hash
    slots.hashes[slot] = hash
    slots.labels[slot] = again ? label : -1
    if (!again) return
    slots.services[slot] = service
    slots.sizes[slot] = to - from
    slots.bytes.set(path.subarray(from, to), slot * MAX_PATH_BYTES)
  }

  forget(): void {
    this.lookups = 0
    this.slots = null
  }

  get heldBytes(): number {
    return this.slots === null ? 0 : SLOTS * (MAX_PATH_BYTES + 13)
  }

  private miss(): -1 {
    if (this.slots === null && ++this.lookups > WORTH_IT_AFTER) this.slots = newSlots()
    return -1
  }
}

interface Slots {
  readonly hashes: Int32Array
  readonly services: Int32Array
  /** -1: the hash was seen once, its path is not stored. */
  readonly labels: Int32Array
  readonly sizes: Uint8Array
  readonly bytes: Uint8Array
  readonly words: DataView
}

const newSlots = (): Slots => {
  const bytes = new Uint8Array(SLOTS * MAX_PATH_BYTES)
  return {
    hashes: new Int32Array(SLOTS),
    services: new Int32Array(SLOTS),
    labels: new Int32Array(SLOTS).fill(-1),
    sizes: new Uint8Array(SLOTS),
    bytes,
    words: new DataView(bytes.buffer),
  }
}
