/**
 * Finds the end of one array element by counting brackets outside strings. It forgives more than `ObjectFrame`, so that a
 * broken element costs only itself; a string that meets the end of its line ends the element there.
 */
export class ElementFrame {
  #depth = 0
  #inString = false
  #escaped = false
  #isWord = false

  /** Begins before the element's first byte. */
  begin(first: number): void {
    this.#depth = 0
    this.#inString = false
    this.#escaped = false
    this.#isWord = first !== 0x22 && first !== 0x7b && first !== 0x5b
  }

  /** Reads `from..to`; returns where the element ends, -1 where more bytes are needed. */
  run(bytes: Uint8Array, from: number, to: number): number {
    for (let i = from; i < to; i++) {
      const byte = bytes[i] as number
      if (this.#inString) {
        if (byte === 0x0a) return i
        if (this.#escaped) this.#escaped = false
        else if (byte === 0x5c) this.#escaped = true
        else if (byte === 0x22) {
          this.#inString = false
          if (this.#depth === 0 && !this.#isWord) return i + 1
        }
      } else if (byte === 0x22) this.#inString = true
      else if (this.#isWord) {
        if (ENDS_WORD.has(byte)) return i
      } else if (byte === 0x7b || byte === 0x5b) this.#depth++
      else if ((byte === 0x7d || byte === 0x5d) && --this.#depth === 0) return i + 1
    }
    return -1
  }
}

const ENDS_WORD: ReadonlySet<number> = new Set([0x2c, 0x5d, 0x20, 0x09, 0x0a, 0x0d])
