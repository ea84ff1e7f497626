import { NEWLINE } from '../scan/byte-class.js'
import { REJECTED_HEAD_BYTES } from './record-reader.js'

/** Readable bytes behind the content, for word reads of the scanners. */
const SLACK_BYTES = 64
const INITIAL_BYTES = 4096
const KEPT_BYTES = 256 * 1024

/**
 * The bytes of a record that a chunk did not end, with a line feed behind them. Past the limit only the head is kept, so
 * that a line of any length costs the same memory.
 */
export class RecordBuffer {
  bytes = new Uint8Array(INITIAL_BYTES)
  /** Bytes held. */
  length = 0
  readonly #limit: number
  /** Bytes of the record, held or not. */
  #total = 0

  /** `limit` is the longest record in bytes. */
  constructor(limit: number) {
    this.#limit = limit
  }

  get isTooLong(): boolean {
    return this.#total > this.#limit
  }

  /** Bytes of memory held. */
  get heldBytes(): number {
    return this.bytes.length
  }

  /** Forgets the content, and the memory of a body with unusually long records. */
  clear(): void {
    this.length = this.#total = 0
    if (this.bytes.length > KEPT_BYTES) this.bytes = new Uint8Array(INITIAL_BYTES)
  }

  /** Holds a piece of a body that may contain many records. */
  load(source: Uint8Array, from: number, to: number): void {
    this.#reserve(to - from)
    this.bytes.set(source.subarray(from, to))
    this.#settle(to - from)
    this.#total = this.length
  }

  /** Makes `from..to` of any buffer, this one included, the beginning of a record. */
  begin(source: Uint8Array, from: number, to: number): void {
    if (source === this.bytes) {
      this.bytes.copyWithin(0, from, to)
      this.length = this.#total = to - from
      if (this.isTooLong) this.length = Math.min(this.length, REJECTED_HEAD_BYTES)
      this.#settle(this.length)
    } else {
      this.length = this.#total = 0
      this.append(source, from, to)
    }
  }

  /** Adds bytes to the record. */
  append(source: Uint8Array, from: number, to: number): void {
    this.#total += to - from
    const end = this.isTooLong ? Math.min(to, from + Math.max(0, REJECTED_HEAD_BYTES - this.length)) : to
    this.#reserve(this.length + end - from)
    this.bytes.set(source.subarray(from, end), this.length)
    this.#settle(this.length + end - from)
  }

  #settle(length: number): void {
    this.length = length
    this.bytes[length] = NEWLINE
  }

  #reserve(length: number): void {
    if (length + SLACK_BYTES <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(length + SLACK_BYTES, this.bytes.length * 2))
    grown.set(this.bytes.subarray(0, this.length))
    this.bytes = grown
  }
}
