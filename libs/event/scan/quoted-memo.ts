import { BACKSLASH, NEWLINE, QUOTE, QUOTED } from './byte-class.js'

const SLOTS = 64
const SLOT_BYTES = 256
const DOUBLES = SLOT_BYTES / 8

/**
 * Skips quoted fields whose content is left alone. User agents are long and come again: what a field shares with the one
 * last seen in its slot is compared eight bytes at a time, and only the rest is looked at closely. 16 KB.
 */
export class QuotedMemo {
  readonly #bytes = new Uint8Array(SLOTS * SLOT_BYTES)
  readonly #words = new Int32Array(this.#bytes.buffer)
  readonly #doubles = new Float64Array(this.#bytes.buffer)
  /** By slot: the last eight bytes of the field, its closing quote among them. As ASCII they are equal only to themselves. */
  readonly #tails = new Float64Array(SLOTS)
  /** By slot: bytes of the field with its closing quote, at least 8; 0: none. */
  readonly #sizes = new Uint16Array(SLOTS)

  /** Past the closing quote of the field that begins at `from`; -1 where the line ends before it. */
  skip(bytes: Uint8Array, words: DataView, from: number): number {
    if (from + SLOT_BYTES > words.byteLength) return skipQuoted(bytes, from)
    const slot = slotOf(words.getInt32(from, true), words.getInt32(from + 12, true))
    const size = this.#sizes[slot] as number
    if (size === 0) return this.#learn(bytes, words, from, from, slot)
    const last = from + size - 8
    let at = slot * DOUBLES
    let i = from
    while (i < last && words.getFloat64(i, true) === this.#doubles[at]) {
      at++
      i += 8
    }
    if (i < last || words.getFloat64(last, true) !== this.#tails[slot]) return this.#learn(bytes, words, from, i, slot)
    return last + 8
  }

  /** Skips from `at`, before which nothing ends the field, and remembers a field without escapes. */
  #learn(bytes: Uint8Array, words: DataView, from: number, at: number, slot: number): number {
    const end = ordinaryEnd(bytes, words, at)
    if (bytes[end] !== QUOTE) return skipQuoted(bytes, end)
    const size = end + 1 - from
    if (size < 8 || size > SLOT_BYTES) return end + 1
    let to = (slot * SLOT_BYTES) >> 2
    for (let i = from; i <= end; i += 4) this.#words[to++] = words.getInt32(i, true)
    this.#tails[slot] = words.getFloat64(end - 7, true)
    this.#sizes[slot] = size
    return end + 1
  }
}

function slotOf(head: number, later: number): number {
  return Math.imul(head ^ Math.imul(later, 0x9e3779b1), 0x85ebca6b) >>> 26
}

/** The first quote, backslash, line feed or other unusual byte from `from` on, looked for four bytes at a time. */
function ordinaryEnd(bytes: Uint8Array, words: DataView, from: number): number {
  let i = from
  const last = words.byteLength - 4
  while (i <= last) {
    const word = words.getInt32(i, true)
    const noQuote = (word ^ 0x22222222) - 0x01010101
    const noBackslash = (word ^ 0x5c5c5c5c) - 0x01010101
    if (((word | (word - 0x20202020) | noQuote | noBackslash) & 0x80808080) !== 0) break
    i += 4
  }
  while (QUOTED[bytes[i] as number] === 1) i++
  return i
}

function skipQuoted(bytes: Uint8Array, from: number): number {
  let i = from
  for (;;) {
    while (QUOTED[bytes[i] as number] === 1) i++
    if (bytes[i] === QUOTE) return i + 1
    if (bytes[i] !== BACKSLASH || bytes[i + 1] === NEWLINE) return -1
    i += 2
  }
}
