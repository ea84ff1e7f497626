import * as byte from './byte-class.js'
import { FieldReader } from './field-reader.js'
import { KeyTable } from './key-table.js'
import { CONSUMER, DURATION_S, extraKeyOp, IGNORE } from './op.js'
import { QuotedMemo } from './quoted-memo.js'

/**
 * Reads lines of the combined family without making a string or an object. Whatever is unusual, valid or not, it leaves to
 * the exact path.
 */
export class CombinedScanner extends FieldReader {
  readonly #keys = new KeyTable('=', extraKeyOp)
  readonly #quoted = new QuotedMemo()

  /**
   * Reads the line that begins at `from` into the view and returns the position of its line feed (or of the carriage
   * return before it); -1 leaves it to the exact path. There must be a line feed at or after `from`.
   */
  scan(from: number): number {
    const { bytes } = this
    this.begin()
    let i = from
    while ((bytes[i] as number) > byte.SPACE) i++
    if (i === from || bytes[i] !== byte.SPACE || bytes[i + 1] !== byte.MINUS || bytes[i + 2] !== byte.SPACE) return -1
    i = this.#readUser(i + 3)
    if (i < 0 || !this.readClfTime(i)) return -1
    i += 26
    if (bytes[i] !== byte.CLOSE_BRACKET || bytes[i + 1] !== byte.SPACE || bytes[i + 2] !== byte.QUOTE) return -1
    i = this.readRequestLine(i + 3)
    if (i < 0) return -1
    i = this.#readStatusAndBytes(i + 1)
    return i < 0 ? -1 : this.#readRest(i)
  }

  /** Reads the user from `from` and returns the position past the bracket behind it. */
  #readUser(from: number): number {
    const { bytes } = this
    let i = from
    if (bytes[i] === byte.MINUS && bytes[i + 1] === byte.SPACE && bytes[i + 2] === byte.OPEN_BRACKET) return i + 3
    while (byte.PLAIN[bytes[i] as number] === 1 && bytes[i] !== byte.SPACE) i++
    if (bytes[i] !== byte.SPACE || bytes[i + 1] !== byte.OPEN_BRACKET || bytes[from] === byte.OPEN_BRACKET) return -1
    return this.readText(CONSUMER, from, i) ? i + 2 : -1
  }

  /** Reads ` 200 512` from `from` and returns the position past it. */
  #readStatusAndBytes(from: number): number {
    const { bytes, view } = this
    const hundreds = (bytes[from + 1] as number) - byte.ZERO
    const tens = (bytes[from + 2] as number) - byte.ZERO
    const ones = (bytes[from + 3] as number) - byte.ZERO
    if (bytes[from] !== byte.SPACE || bytes[from + 4] !== byte.SPACE) return -1
    if (hundreds < 1 || hundreds > 9 || tens < 0 || tens > 9 || ones < 0 || ones > 9) return -1
    view.status = hundreds * 100 + tens * 10 + ones
    let i = from + 5
    let size = 0
    let digit = (bytes[i] as number) - byte.ZERO
    while (digit >= 0 && digit <= 9) {
      size = size * 10 + digit
      digit = (bytes[++i] as number) - byte.ZERO
    }
    const digits = i - from - 5
    if (digits === 0 && bytes[i] === byte.MINUS) i++
    else if (digits === 0 || digits > 15) return -1
    view.responseBytes = size
    return isEnd(bytes[i]) ? i : -1
  }

  /** Skips referer, agent and other nameless values, and reads what `key=value` tells. */
  #readRest(from: number): number {
    const { bytes, words } = this
    const keys = this.#keys
    let before = 0
    let i = from
    for (;;) {
      const value = bytes[i]
      if (value === byte.SPACE) i++
      else if (value === byte.QUOTE) {
        // Without a referer stands "-".
        if (bytes[i + 1] === byte.MINUS && bytes[i + 2] === byte.QUOTE) i += 3
        else if (bytes[i + 1] === byte.QUOTE && isTwice(bytes, i)) return -1
        else if ((i = this.#quoted.skip(bytes, words, i + 1)) < 0) return -1
      } else if (value === byte.NEWLINE) return i
      else if (value === byte.RETURN) return bytes[i + 1] === byte.NEWLINE ? i : -1
      else {
        let key = keys.next[before] as number
        if (!keys.stands(key, bytes, words, i)) {
          const to = nameEnd(bytes, i)
          if (isEnd(bytes[to])) {
            if (isForeign(bytes, i, to)) return -1
            i = to
            continue
          }
          key = bytes[to] === byte.EQUALS ? keys.find(bytes, i, to) : -1
          if (key < 0) return -1
          keys.next[before] = key
        }
        before = key
        i = this.#readExtra(i + (keys.size[key] as number), key)
        if (i < 0) return -1
      }
    }
  }

  /** Reads the value of an extra and returns the position past it. */
  #readExtra(from: number, key: number): number {
    const { bytes } = this
    const op = this.#keys.op[key] as number
    if (op === DURATION_S && (this.seen & (this.#keys.bit[key] as number)) === 0) {
      const end = this.#readSeconds(from)
      if (end > 0 && isEnd(bytes[end]) && !this.#isListed(from, end)) {
        this.seen |= this.#keys.bit[key] as number
        return end
      }
    }
    const isQuoted = bytes[from] === byte.QUOTE
    const valueFrom = isQuoted ? from + 1 : from
    const valueTo = isQuoted ? byte.plainEnd(bytes, this.words, valueFrom) : wordEnd(bytes, valueFrom)
    if (isQuoted ? bytes[valueTo] !== byte.QUOTE : !isEnd(bytes[valueTo])) return -1
    if (!isQuoted && this.#isListed(valueFrom, valueTo)) return -1
    const end = isQuoted ? valueTo + 1 : valueTo
    if (op === IGNORE) return end
    const bit = this.#keys.bit[key] as number
    if ((this.seen & bit) !== 0) return -1
    this.seen |= bit
    if (op === CONSUMER && this.view.consumerTo > this.view.consumerFrom) return -1
    return this.readText(op, valueFrom, valueTo) ? end : -1
  }

  /** Reads seconds as nginx writes them, with three decimals, and returns their end; -1: written otherwise. */
  #readSeconds(from: number): number {
    const { bytes } = this
    let ms = 0
    let i = from
    let digit = (bytes[i] as number) - byte.ZERO
    while (digit >= 0 && digit <= 9) {
      ms = ms * 10 + digit
      digit = (bytes[++i] as number) - byte.ZERO
    }
    if (bytes[i] !== byte.DOT || i === from || i - from > 6) return -1
    for (const end = i + 3; i < end;) {
      digit = (bytes[++i] as number) - byte.ZERO
      if (!(digit >= 0 && digit <= 9)) return -1
      ms = ms * 10 + digit
    }
    this.view.durationMs = ms
    return i + 1
  }

  /** Whether a bare value goes on behind a comma or a lone colon, as nginx's unquoted lists do. */
  #isListed(from: number, to: number): boolean {
    const { bytes } = this
    return (to > from && bytes[to - 1] === byte.COMMA) || (bytes[to] === byte.SPACE && bytes[to + 1] === byte.COLON)
  }
}

/** The next space, equals sign or byte that is not plain. */
function nameEnd(bytes: Uint8Array, from: number): number {
  let i = from
  while (byte.PLAIN[bytes[i] as number] === 1 && bytes[i] !== byte.SPACE && bytes[i] !== byte.EQUALS) i++
  return i
}

/** The next space or byte that is not plain. */
function wordEnd(bytes: Uint8Array, from: number): number {
  let i = from
  while (byte.PLAIN[bytes[i] as number] === 1 && bytes[i] !== byte.SPACE) i++
  return i
}

/** Whether empty referer and agent stand at `from`, as HAProxy writes them in lines that are else like Apache's. */
function isTwice(bytes: Uint8Array, from: number): boolean {
  return bytes[from + 2] === byte.SPACE && bytes[from + 3] === byte.QUOTE && bytes[from + 4] === byte.QUOTE
}

const SMALL_M = 0x6d
const SMALL_S = 0x73

/** Whether a bare word gives away a layout of its own: the bracket of ingress-nginx, the unit of Traefik's duration. */
function isForeign(bytes: Uint8Array, from: number, to: number): boolean {
  if (bytes[from] === byte.OPEN_BRACKET) return true
  if (bytes[to - 1] !== SMALL_S || bytes[to - 2] !== SMALL_M || to - from < 3) return false
  const digit = (bytes[to - 3] as number) - byte.ZERO
  return digit >= 0 && digit <= 9
}

/** Whether a word ends here. */
function isEnd(value: number | undefined): boolean {
  return value === byte.SPACE || value === byte.NEWLINE || value === byte.RETURN
}
