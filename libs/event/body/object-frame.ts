import { aliasOf } from '../exact/alias.js'

const MAX_STACK = 1 << 20
const MAX_KEY = 24
const WRAPPERS: ReadonlySet<string> = new Set(['events', 'records', 'logs', 'entries'])

/** Where in an object a frame stands. */
type Place =
  | 'first_key'
  | 'key'
  | 'in_key'
  | 'colon'
  | 'value'
  | 'first_element'
  | 'in_string'
  | 'in_word'
  | 'after_value'
  | 'wrapper_array'
  | 'broken'
  | 'broken_line_start'

/**
 * Finds the end of one JSON object between other records, byte by byte, so that a record may be split anywhere. It knows
 * JSON's grammar, because the first byte that breaks it tells a truncated line from an object over several lines. A broken
 * record costs its line, and those after it that cannot begin a record.
 */
export class ObjectFrame {
  /** True where the object turned out to be `{"events":[`: the next element, or the closing bracket, comes next. */
  isWrapper = false
  #place: Place = 'first_key'
  #escaped = false
  #atLineStart = false
  /** 1 for an array, by depth. */
  #stack = new Uint8Array(64)
  #depth = 0
  readonly #key = new Uint8Array(MAX_KEY)
  #keySize = 0
  #hasStatus = false

  /** Begins an object whose opening brace has been read. */
  begin(): void {
    this.isWrapper = false
    this.#place = 'first_key'
    this.#escaped = false
    this.#atLineStart = false
    this.#depth = 1
    this.#stack[1] = 0
    this.#keySize = 0
    this.#hasStatus = false
  }

  /** Goes on behind the array of a wrapper. */
  resumeAfterArray(): void {
    this.isWrapper = false
    this.#place = 'after_value'
  }

  /** Whether the grammar was broken. */
  get isBroken(): boolean {
    return this.#place === 'broken' || this.#place === 'broken_line_start'
  }

  /** Reads `from..to`; returns where the record (or the head of a wrapper) ends, -1 where more bytes are needed. */
  run(bytes: Uint8Array, from: number, to: number): number {
    for (let i = from; i < to; i++) {
      const byte = bytes[i] as number
      if (this.#place === 'broken_line_start' && !CONTINUES.has(byte)) return i
      if (this.isBroken) this.#place = byte === 0x0a ? 'broken_line_start' : 'broken'
      else if (!this.#accept(byte)) {
        if (this.#atLineStart && !CONTINUES.has(byte)) return this.#breakAt(i)
        this.#place = byte === 0x0a ? 'broken_line_start' : 'broken'
      } else if (this.isWrapper) return i
      else if (this.#depth === 0) return i + 1
      this.#atLineStart = byte === 0x0a
    }
    return -1
  }

  #breakAt(end: number): number {
    this.#place = 'broken'
    return end
  }

  #accept(byte: number): boolean {
    switch (this.#place) {
      case 'in_key':
      case 'in_string':
        return this.#inString(byte)
      case 'in_word':
        if (!DELIMITERS.has(byte)) return byte !== 0x22
        this.#place = 'after_value'
        return this.#afterValue(byte)
      default:
        return isSpace(byte) || this.#token(byte)
    }
  }

  #token(byte: number): boolean {
    switch (this.#place) {
      case 'first_key':
        return byte === 0x7d ? this.#close(0) : this.#openKey(byte)
      case 'key':
        return this.#openKey(byte)
      case 'colon':
        this.#place = 'value'
        return byte === 0x3a
      case 'wrapper_array':
        return this.#wrapperArray(byte)
      case 'first_element':
        return byte === 0x5d ? this.#close(1) : this.#value(byte)
      case 'value':
        return this.#value(byte)
      default:
        return this.#afterValue(byte)
    }
  }

  #openKey(byte: number): boolean {
    this.#place = 'in_key'
    this.#keySize = 0
    return byte === 0x22
  }

  #inString(byte: number): boolean {
    if (byte === 0x0a) return false
    if (this.#escaped) this.#escaped = false
    else if (byte === 0x5c) this.#escaped = true
    else if (byte === 0x22) return this.#closeString()
    if (this.#place === 'in_key' && this.#depth === 1) {
      if (this.#keySize < MAX_KEY) this.#key[this.#keySize] = byte
      this.#keySize++
    }
    return true
  }

  #closeString(): boolean {
    const wasKey = this.#place === 'in_key'
    this.#place = wasKey ? 'colon' : 'after_value'
    if (wasKey && this.#depth === 1 && this.#mayBeStatus())
      this.#hasStatus ||= aliasOf(this.#keyText())?.field === 'status'
    return true
  }

  /** Every alias of the status ends in `status` or `code`: most keys need no closer look. */
  #mayBeStatus(): boolean {
    const last = (this.#key[this.#keySize - 1] ?? 0) | 0x20
    return last === 0x73 || last === 0x65
  }

  #keyText(): string {
    return this.#keySize > MAX_KEY ? '' : String.fromCharCode(...this.#key.subarray(0, this.#keySize)).toLowerCase()
  }

  #value(byte: number): boolean {
    if (byte === 0x7b) {
      // A brace in the first column begins a record, unless an array is open.
      if (this.#atLineStart && this.#stack[this.#depth] === 0) return false
      return this.#open(0)
    }
    if (byte === 0x5b) {
      const mayWrap = this.#depth === 1 && !this.#hasStatus && WRAPPERS.has(this.#keyText())
      this.#place = 'wrapper_array'
      return mayWrap || this.#open(1)
    }
    if (byte === 0x22) {
      this.#place = 'in_string'
      return true
    }
    this.#place = 'in_word'
    return !DELIMITERS.has(byte)
  }

  #wrapperArray(byte: number): boolean {
    this.isWrapper = byte === 0x7b || byte === 0x5d
    if (this.isWrapper) return true
    this.#open(1)
    return this.#token(byte)
  }

  #open(isArray: 0 | 1): boolean {
    if (this.#depth === MAX_STACK) return false
    if (++this.#depth === this.#stack.length) this.#grow()
    this.#stack[this.#depth] = isArray
    this.#place = isArray === 1 ? 'first_element' : 'first_key'
    return true
  }

  #grow(): void {
    const grown = new Uint8Array(this.#stack.length * 2)
    grown.set(this.#stack)
    this.#stack = grown
  }

  #close(isArray: 0 | 1): boolean {
    if (this.#stack[this.#depth] !== isArray) return false
    this.#depth--
    this.#place = 'after_value'
    return true
  }

  #afterValue(byte: number): boolean {
    if (isSpace(byte)) return true
    if (byte === 0x7d) return this.#close(0)
    if (byte === 0x5d) return this.#close(1)
    this.#place = this.#stack[this.#depth] === 1 ? 'value' : 'key'
    return byte === 0x2c
  }
}

/** Bytes that can only go on with a record when they stand first in a line. */
const CONTINUES: ReadonlySet<number> = new Set([...' \t\r\n}]",'].map((char) => char.charCodeAt(0)))
/** Bytes that end a bare word. */
const DELIMITERS: ReadonlySet<number> = new Set([...' \t\r\n}],:{['].map((char) => char.charCodeAt(0)))

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d
}
