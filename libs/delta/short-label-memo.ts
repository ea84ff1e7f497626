import { wordsOf } from './words-of.js'

const SLOTS = 64
/** Words of a label, and its size. */
const STRIDE = 5
const MIN_BYTES = 4
const MAX_BYTES = 16

/**
 * Remembers the ids of short labels, of which a source mostly has few: of 4 to 16 bytes, which four overlapping words tell
 * apart without a hash or a loop. 1.6 KB.
 */
export class ShortLabelMemo {
  private readonly keys = new Int32Array(SLOTS * STRIDE)
  private readonly ids = new Int32Array(SLOTS)
  private slot = -1
  private readonly key = new Int32Array(STRIDE)

  /** The id of a remembered label, else -1; `learn` may follow. */
  find(bytes: Uint8Array, from: number, to: number): number {
    const size = to - from
    this.slot = -1
    if (size < MIN_BYTES || size > MAX_BYTES) return -1
    const words = wordsOf(bytes)
    const first = words.getInt32(from, true)
    const last = words.getInt32(to - 4, true)
    const second = size > 8 ? words.getInt32(from + 4, true) : 0
    const third = size > 8 ? words.getInt32(to - 8, true) : 0
    const slot = Math.imul(first ^ Math.imul(last, 0x9e3779b1), 0x85ebca6b) >>> 26
    const { keys } = this
    const at = slot * STRIDE
    if (
      keys[at] === size &&
      keys[at + 1] === first &&
      keys[at + 2] === last &&
      keys[at + 3] === second &&
      keys[at + 4] === third
    ) {
      return this.ids[slot]!
    }
    this.slot = slot
    this.key[0] = size
    this.key[1] = first
    this.key[2] = last
    this.key[3] = second
    this.key[4] = third
    return -1
  }

  /** Tells the id of the label that the last `find` did not know; a negative one is none. */
  learn(id: number): void {
    if (this.slot < 0 || id < 0) return
    this.keys.set(this.key, this.slot * STRIDE)
    this.ids[this.slot] = id
  }

  get heldBytes(): number {
    return this.keys.byteLength + this.ids.byteLength
  }
}
