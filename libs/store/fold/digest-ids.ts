import { randomInt } from 'node:crypto'

/** One place of a table. */
export class DigestEntry {
  constructor(
    private readonly table: DigestIds,
    readonly place: number,
  ) {}

  /** 0 until it is inserted. */
  get id(): number {
    return this.table.idAt(this.place)
  }
}

const WORDS = 4
const FIRST_CAPACITY = 1024

/**
 * Numbers by 16-byte digest, in 28 to 56 bytes each outside of the garbage collector's sight. A map of strings took three times
 * as much, and every collection walked through it.
 */
export class DigestIds {
  length = 0
  private words = new Int32Array(WORDS * FIRST_CAPACITY)
  private ids = new Int32Array(FIRST_CAPACITY)
  /** Place + 1 by hash; 0: free. */
  private slots = new Int32Array(2 * FIRST_CAPACITY)
  /** A sender can choose digests by trying labels; it does not know where they go. */
  private readonly seed = randomInt(2 ** 31)
  private readonly key = new Int32Array(WORDS)
  private readonly keyBytes = new Uint8Array(this.key.buffer)

  /** The place of a digest, or -1. */
  find(digest: Uint8Array): number {
    return (this.slots[this.slotOf(digest)] ?? 0) - 1
  }

  /** The place of a digest, added with the id 0 where it is new. */
  put(digest: Uint8Array): number {
    if (this.length === this.ids.length) this.grow()
    const slot = this.slotOf(digest)
    const found = this.slots[slot] ?? 0
    if (found !== 0) return found - 1
    const place = this.length++
    this.words.set(this.key, WORDS * place)
    this.slots[slot] = place + 1
    return place
  }

  idAt(place: number): number {
    return this.ids[place] ?? 0
  }

  /** What is at a place, with the id that it has by the time it is asked for. */
  entry(place: number): DigestEntry {
    return new DigestEntry(this, place)
  }

  setId(place: number, id: number): void {
    this.ids[place] = id
  }

  private slotOf(digest: Uint8Array): number {
    this.keyBytes.set(digest)
    return this.slotOfWords(this.key, 0)
  }

  private slotOfWords(words: Int32Array, from: number): number {
    const mask = this.slots.length - 1
    let slot = this.hash(words, from) & mask
    for (;;) {
      const place = (this.slots[slot] ?? 0) - 1
      if (place < 0 || this.isAt(place, words, from)) return slot
      slot = (slot + 1) & mask
    }
  }

  private isAt(place: number, words: Int32Array, from: number): boolean {
    for (let word = 0; word < WORDS; word++) if (this.words[WORDS * place + word] !== words[from + word]) return false
    return true
  }

  private hash(words: Int32Array, from: number): number {
    let hash = this.seed
    for (let word = from; word < from + WORDS; word++) {
      hash = Math.imul(hash ^ (words[word] ?? 0), 0x2c1b3c6d)
      hash ^= hash >>> 15
    }
    return hash
  }

  private grow(): void {
    this.words = grown(this.words)
    this.ids = grown(this.ids)
    this.slots = new Int32Array(2 * this.slots.length)
    for (let place = 0; place < this.length; place++)
      this.slots[this.slotOfWords(this.words, WORDS * place)] = place + 1
  }
}

function grown(column: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(2 * column.length)
  wider.set(column)
  return wider
}
