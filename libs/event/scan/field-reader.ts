import { UPSTREAM_NONE } from '#catalog'
import { EventView } from '../event-view.js'
import { HASH, MINUS, PLAIN, QUESTION, QUOTE, SLASH, SPACE, targetEnd, ZERO } from './byte-class.js'
import { decimalAt, integerAt, isPlainInteger, lastIntegerAt, separatorAt, statusAt } from './byte-number.js'
import { isAbsentAt, isLabelAt, methodAt, protocolAt } from './byte-word.js'
import { MinuteMemo } from './minute-memo.js'
import * as op from './op.js'

const MAX_DURATION_MS = 1e11

/**
 * Reads single values from bytes into an `EventView`, without making a string or an object. Every method returns false (or
 * -1) for whatever is unusual, which then is read by the exact path; what it does read, it reads as the exact path would.
 */
export class FieldReader {
  readonly view: EventView
  bytes: Uint8Array = EMPTY
  words: DataView = EMPTY_WORDS
  /** Bits of the fields that a key named, and of those among them that were not absent. */
  protected seen = 0
  protected told = 0
  protected isStart = false
  protected startKind = 0
  readonly #minute = new MinuteMemo()

  constructor(view: EventView) {
    this.view = view
  }

  /** Points the reader at a buffer. */
  attach(bytes: Uint8Array): void {
    this.bytes = bytes
    this.words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** Lets go of the buffer and of what the view shows of it. */
  detach(): void {
    this.bytes = this.view.bytes = this.view.record = EMPTY
    this.words = EMPTY_WORDS
    this.view.clear()
  }

  /** Reads the text `from..to`, all of it plain bytes, as the value of an op; an absent value is an empty range. */
  protected readText(code: number, from: number, to: number): boolean {
    if (isAbsentAt(this.bytes, from, to)) return this.#readAbsent(code)
    switch (code) {
      case op.TS_END:
      case op.TS_START:
        return this.#readTime(from, to, code === op.TS_START)
      case op.STATUS:
        return this.#readStatus(from, to)
      case op.METHOD:
        return this.#readMethod(from, to)
      case op.PATH:
        return this.#readPath(from, to)
      case op.PROTOCOL:
        return this.#readProtocol(from, to)
      case op.DURATION_S:
      case op.DURATION_MS:
        return this.readNumber(code, decimalAt(this.bytes, from, to), from, to)
      case op.BYTES:
        return this.readNumber(code, integerAt(this.bytes, from, to), from, to)
      case op.UPSTREAM_STATUS:
        return this.#readUpstreamStatus(from, to)
      case op.UPSTREAM_BYTES:
        return this.readNumber(code, lastIntegerAt(this.bytes, from, to), from, to)
      case op.TS_KIND:
        return this.#readStartKind(from, to)
      default:
        return code >= op.GATEWAY && isLabelAt(this.bytes, from, to) && this.#readLabel(code, from, to)
    }
  }

  /** Reads `-` or nothing as the value of an op. */
  #readAbsent(code: number): boolean {
    if (code === op.UPSTREAM_STATUS) this.view.upstreamStatus = UPSTREAM_NONE
    return code > op.EXACT && code !== op.REQUEST
  }

  #readLabel(code: number, from: number, to: number): boolean {
    const { view } = this
    switch (code) {
      case op.GATEWAY:
        view.gatewayFrom = from
        view.gatewayTo = to
        return true
      case op.SERVICE:
        view.serviceFrom = from
        view.serviceTo = to
        return true
      case op.HOST:
        view.hostFrom = from
        view.hostTo = to
        return true
      case op.ROUTE:
        view.routeFrom = from
        view.routeTo = to
        return true
      case op.CONSUMER:
        view.consumerFrom = from
        view.consumerTo = to
        return true
      case op.REQUEST_ID:
        view.requestIdFrom = from
        view.requestIdTo = to
        return true
      case op.TRACE_ID:
        return this.#readTrace(from, to)
      case op.EVENT_ID:
        view.eventIdFrom = from
        view.eventIdTo = to
        return true
      default:
        return false
    }
  }

  /** Reads a number (-1: it was none) that is written in `from..to` as the value of an op. */
  protected readNumber(code: number, value: number, from: number, to: number): boolean {
    if (value < 0) return false
    const { view } = this
    switch (code) {
      case op.DURATION_S: {
        const ms = Math.round(value * 1e6) / 1e3
        if (ms <= MAX_DURATION_MS) view.durationMs = ms
        return true
      }
      case op.DURATION_MS: {
        const ms = Math.round(value * 1e3) / 1e3
        if (ms <= MAX_DURATION_MS) view.durationMs = ms
        return true
      }
      case op.BYTES:
        view.responseBytes = Math.floor(value)
        return true
      case op.UPSTREAM_BYTES:
        view.upstreamBytes = Math.floor(value)
        return true
      case op.STATUS:
        if (value !== 0 && (value < 100 || value > 999 || value % 1 !== 0)) return false
        view.status = value
        return true
      case op.UPSTREAM_STATUS:
        if (value !== 0 && (value < 100 || value > 999 || value % 1 !== 0)) return false
        view.upstreamStatus = value
        return true
      case op.TS_END:
      case op.TS_START:
        return this.#readEpoch(value, code === op.TS_START)
      default:
        // A label or a word given as a number: integers are written as JavaScript writes them.
        return (
          value % 1 === 0 && to - from <= 15 && isPlainInteger(this.bytes, from, to) && this.readText(code, from, to)
        )
    }
  }

  /**
   * Reads `GET /x?q HTTP/1.1` up to a closing quote; returns the quote's position, or -1. What a record's own keys told
   * about method, path and protocol stays.
   */
  protected readRequestLine(from: number): number {
    const { bytes, view } = this
    let i = from
    while (isUpper(bytes[i] as number)) i++
    if (bytes[i] !== SPACE || i === from || i - from > 32) return -1
    const methodTo = i
    const pathFrom = ++i
    if (bytes[i] !== SLASH) return -1
    i = targetEnd(bytes, this.words, i)
    const pathTo = i
    if (bytes[i] !== SPACE) while (PLAIN[bytes[i] as number] === 1 && bytes[i] !== SPACE) i++
    if (bytes[i] !== SPACE || bytes[i + 9] !== QUOTE) return -1
    const protocol = protocolAt(this.bytes, this.words, i + 1)
    if (protocol < 0) return -1
    if ((this.told & METHOD_BIT) === 0) view.method = methodAt(this.bytes, from, methodTo)
    if ((this.told & PATH_BIT) === 0) {
      view.pathFrom = pathFrom
      view.pathTo = pathTo
    }
    if ((this.told & PROTOCOL_BIT) === 0) view.protocol = protocol
    return i + 9
  }

  #readTime(from: number, to: number, isStart: boolean): boolean {
    const { bytes } = this
    if (bytes[from + 4] === MINUS) return this.readIsoTime(from, isStart) === to
    if (bytes[from + 2] === SLASH && to - from === 26) {
      this.isStart = isStart
      return this.readClfTime(from)
    }
    return this.#readEpoch(decimalAt(this.bytes, from, to), isStart)
  }

  /** Reads a time of ISO 8601 and returns its end, or -1. */
  protected readIsoTime(from: number, isStart: boolean): number {
    const minute = this.#minute
    const end = minute.readIso(this.bytes, this.words, from)
    if (end < 0) return -1
    this.view.tsMs = minute.ms
    this.view.subSecond = minute.subSecond
    this.isStart = isStart
    return end
  }

  /** Makes a time that named the start of the request the time of its end. */
  protected settleTime(): void {
    const { view } = this
    const isStart = this.startKind === 0 ? this.isStart : this.startKind === 1
    if (isStart && view.tsMs >= 0 && view.durationMs >= 0) view.tsMs += Math.round(view.durationMs)
  }

  /** Forgets the record before. */
  protected begin(): void {
    this.view.clear()
    this.view.bytes = this.bytes
    this.seen = 0
    this.told = 0
    this.isStart = false
    this.startKind = 0
  }

  /** Reads the 26 bytes of a common log time. */
  protected readClfTime(from: number): boolean {
    if (!this.#minute.readClf(this.bytes, this.words, from)) return false
    this.view.tsMs = this.#minute.ms
    return true
  }

  #readEpoch(value: number, isStart: boolean): boolean {
    if (value < 0 || value >= 1e14) return false
    const isSeconds = value < 1e11
    this.view.tsMs = isSeconds ? Math.round(value * 1e3) : Math.floor(value)
    this.view.subSecond = !isSeconds || value % 1 !== 0
    this.isStart = isStart
    return true
  }

  #readStatus(from: number, to: number): boolean {
    const { bytes } = this
    if (to - from !== 3) return to - from === 1 && bytes[from] === ZERO
    const status = statusAt(this.bytes, from)
    if (status < 0) return false
    this.view.status = status
    return true
  }

  /** A list in nginx's manner, `502, 200` or `502 : 200`, whose elements are codes or `-`. */
  #readUpstreamStatus(from: number, to: number): boolean {
    const { bytes, view } = this
    let attempts = 0
    let i = from
    for (;;) {
      const isNone = bytes[i] === MINUS
      const status = isNone ? 0 : i + 3 <= to ? statusAt(this.bytes, i) : -1
      if (status < 0) return false
      view.upstreamStatus = status
      attempts++
      i += isNone ? 1 : 3
      if (i === to) break
      const separator = separatorAt(this.bytes, i)
      if (separator === 0 || i + separator >= to) return false
      i += separator
    }
    view.retries = attempts - 1
    return true
  }

  #readMethod(from: number, to: number): boolean {
    if (to - from > 32) return false
    this.view.method = methodAt(this.bytes, from, to)
    if (this.view.method > 0) return true
    for (let i = from; i < to; i++) if (!isUpper(this.bytes[i] as number)) return false
    return true
  }

  #readPath(from: number, to: number): boolean {
    const { bytes, view } = this
    if (bytes[from] !== SLASH || bytes[to - 1] === SPACE) return false
    let i = targetEnd(bytes, this.words, from)
    while (i < to && bytes[i] !== QUESTION && bytes[i] !== HASH) i++
    view.pathFrom = from
    view.pathTo = i
    return true
  }

  #readProtocol(from: number, to: number): boolean {
    const protocol = to - from === 8 ? protocolAt(this.bytes, this.words, from) : -1
    if (protocol < 0) return false
    this.view.protocol = protocol
    return true
  }

  #readStartKind(from: number, to: number): boolean {
    const { bytes } = this
    const size = to - from
    if (size === 5 && bytes[from] === 0x73 && bytes[from + 1] === 0x74 && bytes[from + 4] === 0x74) {
      if (bytes[from + 2] !== 0x61 || bytes[from + 3] !== 0x72) return false
      this.startKind = 1
      return true
    }
    if (size !== 3 || bytes[from] !== 0x65 || bytes[from + 1] !== 0x6e || bytes[from + 2] !== 0x64) return false
    this.startKind = 2
    return true
  }

  /** Whether a range is empty or `-`. Rarer words for "absent" are left to the exact path. */
  protected isAbsent(from: number, to: number): boolean {
    return isAbsentAt(this.bytes, from, to)
  }

  #readTrace(from: number, to: number): boolean {
    const { bytes, view } = this
    const isParent =
      to - from === 55 && bytes[from + 2] === MINUS && bytes[from + 35] === MINUS && bytes[from + 52] === MINUS
    view.traceIdFrom = isParent ? from + 3 : from
    view.traceIdTo = isParent ? from + 35 : to
    return true
  }
}

const METHOD_BIT = 1 << op.METHOD
const PATH_BIT = 1 << op.PATH
const PROTOCOL_BIT = 1 << op.PROTOCOL
const EMPTY = new Uint8Array(0)
const EMPTY_WORDS = new DataView(EMPTY.buffer)

function isUpper(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a
}
