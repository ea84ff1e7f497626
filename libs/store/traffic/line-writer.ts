import { numberText } from './number-text.js'

/** Pieces grow from one to the other: a page may be a few lines or many MB. */
const FIRST_CHUNK = 4 * 1024
const LONGEST_CHUNK = 256 * 1024
/** A number takes 25 characters at most, and a line ends. */
const NUMBER_ROOM = 32

const ZERO = 0x30
const NEWLINE = 0x0a
/** Whole numbers below are written digit by digit. */
const SMALL = 2 ** 31

/** Writes lines of an exposition straight into bytes: as strings they cost the collector more than everything else together. */
export class LineWriter {
  private readonly full: Uint8Array<ArrayBuffer>[] = []
  private bytes = new Uint8Array(0)
  private at = 0

  /** One line: a name with its labels in two parts, up to the space before the value, and the value. */
  line(name: Uint8Array, labels: Uint8Array, value: number): void {
    const length = name.length + labels.length + NUMBER_ROOM
    if (this.at + length > this.bytes.length) this.turn(length)
    this.bytes.set(name, this.at)
    this.bytes.set(labels, this.at + name.length)
    this.at += name.length + labels.length
    this.number(value)
    this.bytes[this.at++] = NEWLINE
  }

  /** What was written, each piece with a buffer of its own; the writer is empty then. */
  take(): Uint8Array<ArrayBuffer>[] {
    this.turn(0)
    return this.full.splice(0)
  }

  /** Begins the next piece, with room for `length` bytes at least. */
  private turn(length: number): void {
    if (this.at > 0) this.full.push(this.bytes.subarray(0, this.at))
    const next = Math.min(LONGEST_CHUNK, Math.max(FIRST_CHUNK, 2 * this.bytes.length))
    this.bytes = new Uint8Array(length === 0 ? 0 : Math.max(length, next))
    this.at = 0
  }

  private number(value: number): void {
    if (value >= 0 && value < SMALL && (value | 0) === value) this.digits(value | 0)
    else for (const digit of numberText(value)) this.bytes[this.at++] = digit.charCodeAt(0)
  }

  private digits(value: number): void {
    let end = this.at + 1
    for (let rest = value; rest > 9; rest = (rest / 10) | 0) end++
    let rest = value
    for (let place = end; place > this.at; rest = (rest / 10) | 0) this.bytes[--place] = ZERO + (rest % 10)
    this.at = end
  }
}
