import { grown } from './int-hash.js'
import { hashOf, sameBytes, wordsOf } from './words-of.js'

/** A hostile sender may aim for one slot: past this many steps a lookup gives up, and the caller takes `{other}`. */
const MAX_PROBES = 64
const FIRST_CAPACITY = 64
const FIRST_ARENA_BYTES = 2048

export interface InternerLimits {
  readonly maxEntries: number
  readonly maxBytes: number
  /** Starts the hash; a random one keeps a sender from computing collisions beforehand. */
  readonly seed: number
}

/**
 * Gives each distinct (scope, byte string) a small int, without making a string until one is asked for. Bounded in entries
 * and bytes; what does not fit is refused with -1.
 */
export class ByteInterner {
  length = 0
  private arena = new Uint8Array(FIRST_ARENA_BYTES)
  private arenaWords = new DataView(this.arena.buffer)
  private used = 0
  private ends = new Int32Array(FIRST_CAPACITY)
  private scopes = new Int32Array(FIRST_CAPACITY)
  private hashes = new Int32Array(FIRST_CAPACITY)
  private slots = new Int32Array(4 * FIRST_CAPACITY)
  private readonly texts: (string | undefined)[] = []
  /** Where the last failed lookup would have put its entry. */
  private freeSlot = -1
  private lastHash = 0

  constructor(private readonly limits: InternerLimits) {}

  /** Bytes of memory held, without the strings that were asked for. */
  get heldBytes(): number {
    return this.arena.byteLength + 12 * this.ends.length + 4 * this.slots.length
  }

  /** The id of a known byte string, else -1; `add` may follow. */
  find(scope: number, bytes: Uint8Array, from: number, to: number): number {
    const words = wordsOf(bytes)
    const size = to - from
    const hash = hashOf(words, from, to, this.limits.seed ^ Math.imul(scope + 1, 0x9e3779b1))
    const mask = this.slots.length - 1
    this.lastHash = hash
    this.freeSlot = -1
    for (let step = 0, slot = hash & mask; step < MAX_PROBES; step++, slot = (slot + 1) & mask) {
      const id = this.slots[slot]! - 1
      if (id < 0) {
        this.freeSlot = slot
        return -1
      }
      if (this.hashes[id] !== hash || this.scopes[id] !== scope) continue
      const start = id === 0 ? 0 : this.ends[id - 1]!
      if (this.ends[id]! - start === size && sameBytes(this.arenaWords, start, words, from, size)) return id
    }
    return -1
  }

  /** Adds what the last `find` did not find; -1 where a limit is reached. */
  add(scope: number, bytes: Uint8Array, from: number, to: number): number {
    const size = to - from
    const full = this.length >= this.limits.maxEntries || this.used + size > this.limits.maxBytes
    if (full || this.freeSlot < 0) return -1
    this.reserve(size)
    this.arena.set(bytes.subarray(from, to), this.used)
    this.used += size
    const id = this.length++
    this.ends[id] = this.used
    this.scopes[id] = scope
    this.hashes[id] = this.lastHash
    this.slots[this.freeSlot] = id + 1
    if (this.length === this.ends.length) this.growEntries()
    return id
  }

  /** The string of an id, decoded once: well-formed, with U+FFFD for NUL, which Postgres cannot hold. */
  text(id: number): string {
    const known = this.texts[id]
    if (known !== undefined) return known
    const from = id === 0 ? 0 : this.ends[id - 1]!
    return (this.texts[id] = decodedText(this.arena, from, this.ends[id]!))
  }

  clear(): void {
    if (this.length > 0) this.slots.fill(0)
    this.length = 0
    this.used = 0
    this.texts.length = 0
  }

  private reserve(size: number): void {
    while (this.used + size > this.arena.length) this.arena = grown(this.arena)
    if (this.arenaWords.buffer !== this.arena.buffer) this.arenaWords = new DataView(this.arena.buffer)
  }

  private growEntries(): void {
    this.ends = grown(this.ends)
    this.scopes = grown(this.scopes)
    this.hashes = grown(this.hashes)
    this.slots = new Int32Array(4 * this.ends.length)
    const mask = this.slots.length - 1
    for (let id = 0; id < this.length; id++) {
      let slot = this.hashes[id]! & mask
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask
      this.slots[slot] = id + 1
    }
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** The text of bytes `from..to` as it may be stored. */
export const decodedText = (bytes: Uint8Array, from: number, to: number): string => {
  const text = decoder.decode(bytes.subarray(from, to))
  return text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text
}

/** `to`, or less where `from..to` is longer than `limit` bytes: cut before the character that would pass it. */
export const cutAt = (bytes: Uint8Array, from: number, to: number, limit: number): number => {
  if (to - from <= limit) return to
  let end = from + limit
  while (end > from && (bytes[end]! & 0xc0) === 0x80) end--
  return end
}
