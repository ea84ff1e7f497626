import type { KeyOp } from './op.js'

const MAX_KEYS = 250
const MAX_KEY_BYTES = 48
const WORDS_PER_KEY = MAX_KEY_BYTES / 4 + 1
const SLOTS = 1024
/** Keeps the first 0..3 bytes of a little-endian word. */
const HEAD_MASK = Int32Array.of(0, 0xff, 0xffff, 0xffffff)

/**
 * Keys met so far, with what to do about each. A key is looked at as text once, when it is first met; after that it is
 * compared as 4-byte words, and mostly only with the key that followed the same key in the record before.
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

  readonly #words = new Int32Array(MAX_KEYS * WORDS_PER_KEY)
  readonly #bytes = new Uint8Array(this.#words.buffer)
  readonly #slots = new Uint8Array(SLOTS)
  readonly #terminator: Uint8Array
  readonly #resolve: (key: string) => KeyOp
  #count = 1

  /** `terminator` is what always follows a key, e.g. `":`; `resolve` tells the op of a key. */
  constructor(terminator: string, resolve: (key: string) => KeyOp) {
    this.#terminator = new TextEncoder().encode(terminator)
    this.#resolve = resolve
  }

  /** Whether the key of `entry`, with its terminator, stands at `from`. Needs 4 readable bytes behind it. */
  stands(entry: number, words: DataView, from: number): boolean {
    const size = this.size[entry] as number
    if (size === 0 || from + size + 4 > words.byteLength) return false
    const own = this.#words
    let at = entry * WORDS_PER_KEY
    let i = from
    for (const last = from + size - 3; i < last; i += 4) if (words.getInt32(i, true) !== own[at++]) return false
    const rest = size & 3
    return rest === 0 || ((words.getInt32(i, true) ^ (own[at] as number)) & (HEAD_MASK[rest] as number)) === 0
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
    let at = entry * WORDS_PER_KEY * 4
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
    const at = entry * WORDS_PER_KEY * 4
    this.#bytes.set(bytes.subarray(from, to), at)
    this.#bytes.set(this.#terminator, at + to - from)
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
