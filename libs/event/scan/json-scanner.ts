import type { EventView } from '../event-view.js'
import type { DurationUnit } from '../value/duration.js'
import * as byte from './byte-class.js'
import { FieldReader } from './field-reader.js'
import { KeyTable } from './key-table.js'
import { IGNORE, jsonKeyOp, REQUEST, STATUS, TS_END } from './op.js'

const STATUS_BIT = 1 << STATUS
const LOWER_N = 0x6e
const LOWER_T = 0x74
const LOWER_F = 0x66
const NULL_WORD = 0x6c6c756e
const TRUE_WORD = 0x65757274
const ALSE_WORD = 0x65736c61
const POWERS_OF_TEN = Float64Array.from({ length: 16 }, (_, power) => 10 ** power)

/**
 * Reads flat JSON objects of plain strings and numbers without making a string or an object. Whatever else a record may
 * be, valid or not, it leaves to the exact path.
 */
export class JsonScanner extends FieldReader {
  readonly #keys: KeyTable
  #requestFrom = 0
  #requestTo = 0
  #number = -1
  readonly #ranks = new Uint8Array(32)

  /** `bareUnit` is the unit of durations whose key names none. */
  constructor(view: EventView, bareUnit: DurationUnit | undefined) {
    super(view)
    this.#keys = new KeyTable('":', (key) => jsonKeyOp(key, bareUnit))
  }

  /**
   * Reads the object that opens at `from` into the view and returns the position past its closing brace; -1 leaves it to
   * the exact path. Never reads over a line feed.
   */
  scan(from: number): number {
    const { bytes, words } = this
    const keys = this.#keys
    this.begin()
    this.#requestFrom = this.#requestTo = 0
    let before = 0
    let i = bytes[from + 1] === byte.SPACE ? from + 2 : from + 1
    for (;;) {
      if (bytes[i] !== byte.QUOTE) return -1
      let key = keys.next[before] as number
      if (!keys.stands(key, bytes, words, i + 1)) {
        key = this.#findKey(i + 1)
        if (key < 0) return -1
        keys.next[before] = key
      }
      before = key
      i += 1 + (keys.size[key] as number)
      if (bytes[i] === byte.SPACE) i++
      i = this.#readValue(i, keys.op[key] as number, keys.bit[key] as number, keys.rank[key] as number)
      if (i < 0) return -1
      if (bytes[i] === byte.SPACE) i++
      if (bytes[i] === byte.CLOSE_BRACE) break
      if (bytes[i] !== byte.COMMA) return -1
      i += bytes[i + 1] === byte.SPACE ? 2 : 1
    }
    return this.#settle() ? i + 1 : -1
  }

  #settle(): boolean {
    if ((this.seen & STATUS_BIT) === 0) return false
    if (this.#requestTo > this.#requestFrom && this.readRequestLine(this.#requestFrom) !== this.#requestTo) return false
    this.settleTime()
    return true
  }

  #findKey(from: number): number {
    const { bytes } = this
    let to = from
    while (byte.PLAIN[bytes[to] as number] === 1) to++
    if (bytes[to] !== byte.QUOTE || bytes[to + 1] !== byte.COLON) return -1
    return this.#keys.find(bytes, from, to)
  }

  /** Reads one value and returns the position past it, or -1. */
  #readValue(from: number, op: number, bit: number, rank: number): number {
    const { bytes } = this
    const first = bytes[from] as number
    if (first === byte.QUOTE) {
      if (op === TS_END && (this.seen & bit) === 0) {
        // The commonest time is read where it stands, without looking for its end first.
        const end = this.readIsoTime(from + 1, false)
        if (end > 0 && bytes[end] === byte.QUOTE) {
          this.#claim(bit, rank, true)
          return end + 1
        }
      }
      const to = byte.plainEnd(bytes, this.words, from + 1)
      if (bytes[to] !== byte.QUOTE) return op === IGNORE ? skipString(bytes, to) : -1
      return op === IGNORE || this.#takeText(op, bit, rank, from + 1, to) ? to + 1 : -1
    }
    const end = this.#numberEnd(from, first)
    if (end < 0) return this.#readWord(from, first, op, bit, rank)
    return op === IGNORE || this.#takeNumber(op, bit, rank, from, end) ? end : -1
  }

  #takeText(op: number, bit: number, rank: number, from: number, to: number): boolean {
    if ((this.seen & bit) !== 0) return this.#isIdle(bit, rank)
    const isTold = !this.isAbsent(from, to)
    this.#claim(bit, rank, isTold)
    if (op !== REQUEST) return this.readText(op, from, to)
    if (!isTold) return true
    this.#requestFrom = from
    this.#requestTo = to
    return true
  }

  #takeNumber(op: number, bit: number, rank: number, from: number, to: number): boolean {
    if ((this.seen & bit) !== 0) return this.#isIdle(bit, rank)
    this.#claim(bit, rank, true)
    return op !== REQUEST && this.readNumber(op, this.#number, from, to)
  }

  #claim(bit: number, rank: number, isTold: boolean): void {
    this.seen |= bit
    this.#ranks[Math.clz32(bit)] = rank
    if (isTold) this.told |= bit
  }

  /** Whether a second key for a field surely loses: the first told something and stands earlier in the field's list. */
  #isIdle(bit: number, rank: number): boolean {
    return (this.told & bit) !== 0 && (this.#ranks[Math.clz32(bit)] as number) < rank
  }

  /** `null`, or a word that is ignored. */
  #readWord(from: number, first: number, op: number, bit: number, rank: number): number {
    const { words } = this
    if (from + 8 > words.byteLength) return -1
    const word = words.getInt32(from, true)
    if (first === LOWER_N)
      return word === NULL_WORD && (op === IGNORE || this.#takeText(op, bit, rank, from, from)) ? from + 4 : -1
    if (op !== IGNORE) return -1
    if (first === LOWER_T) return word === TRUE_WORD ? from + 4 : -1
    return first === LOWER_F && words.getInt32(from + 1, true) === ALSE_WORD ? from + 5 : -1
  }

  /** Past a JSON number, whose value goes to `#number`: -1 where it is negative or longer than a double holds exactly. */
  #numberEnd(from: number, first: number): number {
    const { bytes } = this
    let i = first === byte.MINUS ? from + 1 : from
    const start = i
    let value = 0
    let digit = (bytes[i] as number) - byte.ZERO
    while (digit >= 0 && digit <= 9) {
      value = value * 10 + digit
      digit = (bytes[++i] as number) - byte.ZERO
    }
    let digits = i - start
    if (digits === 0 || (digits > 1 && bytes[start] === byte.ZERO)) return -1
    let decimals = 0
    if (bytes[i] === byte.DOT) {
      const point = i
      digit = (bytes[++i] as number) - byte.ZERO
      while (digit >= 0 && digit <= 9) {
        value = value * 10 + digit
        digit = (bytes[++i] as number) - byte.ZERO
      }
      decimals = i - point - 1
      if (decimals === 0) return -1
      digits += decimals
    }
    this.#number =
      first === byte.MINUS || digits > 15 ? -1 : decimals === 0 ? value : value / (POWERS_OF_TEN[decimals] as number)
    return (bytes[i] as number) === byte.COMMA || bytes[i] === byte.CLOSE_BRACE || bytes[i] === byte.SPACE ? i : -1
  }
}

/** Past a string that holds more than plain bytes, from the first that is not; -1 where JSON would not allow it. */
function skipString(bytes: Uint8Array, from: number): number {
  let i = from
  for (;;) {
    const value = bytes[i]
    if (value === undefined || value < byte.SPACE) return -1
    if (value === byte.QUOTE) return i + 1
    if (value !== byte.BACKSLASH) i++
    else if (ESCAPABLE[bytes[i + 1] as number] === 1) i += 2
    else if (bytes[i + 1] === LOWER_U && isHex(bytes, i + 2)) i += 6
    else return -1
  }
}

const LOWER_U = 0x75
const ESCAPABLE = Uint8Array.from({ length: 256 }, (_, value) =>
  '"\\/bfnrt'.includes(String.fromCharCode(value)) ? 1 : 0,
)

function isHex(bytes: Uint8Array, from: number): boolean {
  for (let i = from; i < from + 4; i++) {
    const value = (bytes[i] ?? 0) | 0x20
    const isHexDigit = (value >= 0x61 && value <= 0x66) || (value >= byte.ZERO && value <= byte.NINE)
    if (!isHexDigit || (bytes[i] ?? 0) < byte.ZERO) return false
  }
  return true
}
