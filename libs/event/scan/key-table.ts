import type { KeyOp } from './op.js'

const MAX_KEYS = 250
const MAX_KEY_BYTES = 48
const DOUBLES_PER_KEY = MAX_KEY_BYTES / 8
const SLOTS = 1024

/**
 * Keys met so far, with what to do about each. A key is looked at as text once, when it is first met; after that it is
 * compared eight bytes at a time, and mostly only with the key that followed the same key in the record before.
 */
export class KeyTable {
  /** By entry: op, field bit and rank. */
  readonly op = new Uint8Array(MAX_KEYS)
  readonly bit = new Int32Array(MAX_KEYS)
  readonly rank = new Uint8Array(MAX_KEYS)
  /** By entry: bytes of the key with its terminator. */
  readonly size = new Uint8Array(MAX_KEYS)
  /** By entry: the entry that came after it last time. Entry 0 stands for the start of a record. */
  readonly next = new Uint8Array(MAX_KEYS)

  /** By entry: the key in pieces of eight bytes, and its last eight bytes. As ASCII they are doubles equal only to themselves. */
  readonly #doubles = new Float64Array(MAX_KEYS * DOUBLES_PER_KEY)
  readonly #tails = new Float64Array(MAX_KEYS)
  readonly #bytes = new Uint8Array(this.#doubles.buffer)
  /** By entry: the first and the last four bytes of a key of four to seven. */
  readonly #shortHeads = new Int32Array(MAX_KEYS)
  readonly #shortTails = new Int32Array(MAX_KEYS)
  readonly #slots = new Uint8Array(SLOTS)
  readonly #terminator: Uint8Array
  readonly #resolve: (key: string) => KeyOp
  #count = 1

  /** `terminator` is what always follows a key, e.g. `":`; `resolve` tells the op of a key. */
  constructor(terminator: string, resolve: (key: string) => KeyOp) {
    this.#terminator = new TextEncoder().encode(terminator)
    this.#resolve = resolve
  }

  /** Whether the key of `entry`, with its terminator, stands at `from`. */
  stands(entry: number, bytes: Uint8Array, words: DataView, from: number): boolean {
    const size = this.size[entry] as number
    if (size < 8) {
      if (size < 4 || from + 8 > words.byteLength) return size > 0 && this.#standsShort(entry, bytes, from, size)
      return (
        words.getInt32(from, true) === this.#shortHeads[entry] &&
        words.getInt32(from + size - 4, true) === this.#shortTails[entry]
      )
    }
    const last = from + size - 8
    if (last + 8 > words.byteLength || words.getFloat64(last, true) !== this.#tails[entry]) return false
    let at = entry * DOUBLES_PER_KEY
    for (let i = from; i < last; i += 8) if (words.getFloat64(i, true) !== this.#doubles[at++]) return false
    return true
  }

  #standsShort(entry: number, bytes: Uint8Array, from: number, size: number): boolean {
    const at = entry * MAX_KEY_BYTES
    for (let i = 0; i < size; i++) if (bytes[from + i] !== this.#bytes[at + i]) return false
    return true
  }

  /** The entry of the key `from..to`, whose terminator has been seen; -1 where it is too long to be kept. */
  find(bytes: Uint8Array, from: number, to: number): number {
    if (to - from > MAX_KEY_BYTES - this.#terminator.length || to === from) return -1
    let slot = hashOf(bytes, from, to) & (SLOTS - 1)
    for (let entry = this.#slots[slot] as number; entry !== 0; entry = this.#slots[slot] as number) {
      if (this.#equals(entry, bytes, from, to)) return entry
      slot = (slot + 1) & (SLOTS - 1)
    }
    return this.#add(bytes, from, to, slot)
  }

  #equals(entry: number, bytes: Uint8Array, from: number, to: number): boolean {
    if (this.size[entry] !== to - from + this.#terminator.length) return false
    let at = entry * MAX_KEY_BYTES
    for (let i = from; i < to; i++) if (this.#bytes[at++] !== bytes[i]) return false
    return true
  }

  #add(bytes: Uint8Array, from: number, to: number, slot: number): number {
    if (this.#count === MAX_KEYS) {
      this.#forget()
      slot = hashOf(bytes, from, to) & (SLOTS - 1)
    }
    const entry = this.#count++
    const { op, bit, rank } = this.#resolve(String.fromCharCode(...bytes.subarray(from, to)))
    const at = entry * MAX_KEY_BYTES
    this.#bytes.set(bytes.subarray(from, to), at)
    this.#bytes.set(this.#terminator, at + to - from)
    const end = at + to - from + this.#terminator.length
    const words = new DataView(this.#bytes.buffer)
    if (end - at >= 8) this.#tails[entry] = words.getFloat64(end - 8, true)
    else if (end - at >= 4) {
      this.#shortHeads[entry] = words.getInt32(at, true)
      this.#shortTails[entry] = words.getInt32(end - 4, true)
    }
    this.size[entry] = to - from + this.#terminator.length
    this.op[entry] = op
    this.bit[entry] = bit
    this.rank[entry] = rank
    this.next[entry] = 0
    this.#slots[slot] = entry
    return entry
  }

  /** Senders with random keys cannot fill the table for good. */
  #forget(): void {
    this.#slots.fill(0)
    this.next.fill(0)
    this.size.fill(0)
    this.#count = 1
  }
}

function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = to - from
  for (let i = from; i < to; i++) hash = (Math.imul(hash, 31) + (bytes[i] as number)) | 0
  return hash ^ (hash >>> 10)
}
