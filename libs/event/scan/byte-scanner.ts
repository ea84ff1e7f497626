import type { EventView } from '../event-view.js'
import type { DurationUnit } from '../value/duration.js'
import * as row from './row-layout.js'
import { EXTRA_KEYS, jsonKeyTable, ScanModule } from './scan-module.js'

const INTEGERS_PER_ROW = row.ROW_BYTES / 4
/** With fewer bytes than this left in the window, a record that was not read may have been cut by its end. */
const CUT_BYTES = 16 * 1024
const NEWLINE = 0x0a
const NONE = new Uint8Array(0)

/**
 * Reads records out of bytes into an `EventView`, without making a string or an object. Whatever is unusual, valid or not, it
 * leaves to the exact path; what it does read, it reads as the exact path would.
 *
 * The work is done by a WebAssembly module (`assembly/`), many records in one call: a window of the body is copied into its
 * memory, it fills a table of rows, and each call of `scan…` here hands out the next row. One scanner serves all bodies of a
 * thread, as none is interrupted while its bytes are read.
 */
export class ByteScanner {
  readonly #module = new ScanModule()
  #source: Uint8Array = NONE
  /** Where in the source the window begins and ends, and whether it ends with a line feed. */
  #windowFrom = 0
  #windowTo = 0
  #endsLine = false
  /** Which keys the rows were read with. */
  #table = -1
  #row = 0
  #rows = 0

  /** Forgets the bytes seen last. To be called whenever a buffer has been filled anew, and when a body has ended. */
  forget(): void {
    this.#source = NONE
    this.#row = this.#rows = this.#windowFrom = this.#windowTo = 0
  }

  /**
   * Reads the object that opens at `from` into the view and returns the position past its closing brace; -1 leaves it to the
   * exact path. `bareUnit` is the unit of durations whose key names none.
   */
  scanObject(bytes: Uint8Array, from: number, view: EventView, bareUnit: DurationUnit | undefined): number {
    return this.#next(jsonKeyTable(bareUnit), bytes, from, view)
  }

  /**
   * Reads the line of the combined family that begins at `from` into the view and returns the position of its line feed (or
   * of the carriage return before it); -1 leaves it to the exact path. There must be a line feed at or after `from`.
   */
  scanLine(bytes: Uint8Array, from: number, view: EventView): number {
    return this.#next(EXTRA_KEYS, bytes, from, view)
  }

  #next(table: number, bytes: Uint8Array, from: number, view: EventView): number {
    const address = from - this.#windowFrom + this.#module.window
    const isNext =
      this.#row < this.#rows &&
      bytes === this.#source &&
      table === this.#table &&
      this.#module.integers[this.#module.rowsAt + this.#row * INTEGERS_PER_ROW] === address
    if (!isNext && !this.#run(table, bytes, from)) return -1
    return this.#take(view)
  }

  /** Fills the rows with records from `from` on; false where the first of them is left to the exact path. */
  #run(table: number, bytes: Uint8Array, from: number): boolean {
    this.#table = table
    this.#row = 0
    const isLoaded = bytes === this.#source && from >= this.#windowFrom && from < this.#windowTo
    if (!isLoaded) this.#load(bytes, from)
    this.#rows = this.#scan(table, from)
    const mayBeCut = isLoaded && !this.#endsLine && this.#windowTo - from < CUT_BYTES && this.#windowTo < bytes.length
    if (this.#rows === 0 && mayBeCut) {
      this.#load(bytes, from)
      this.#rows = this.#scan(table, from)
    }
    return this.#rows > 0
  }

  #scan(table: number, from: number): number {
    const { window, exports } = this.#module
    const address = window + from - this.#windowFrom
    const to = window + this.#windowTo - this.#windowFrom
    if (table !== EXTRA_KEYS) return exports.scanObjects(table, address, to)
    return this.#endsLine ? exports.scanLines(address, to) : 0
  }

  /** Copies what fits into the window: whole lines, unless there is none. */
  #load(bytes: Uint8Array, from: number): void {
    const { memory, window, windowBytes, marginBytes } = this.#module
    const whole = Math.min(bytes.length, from + windowBytes)
    const lineEnd =
      whole === bytes.length && bytes[whole - 1] === NEWLINE ? whole : bytes.lastIndexOf(NEWLINE, whole - 1) + 1
    this.#endsLine = lineEnd > from
    this.#source = bytes
    this.#windowFrom = from
    this.#windowTo = this.#endsLine ? lineEnd : whole
    memory.set(bytes.subarray(from, this.#windowTo), window)
    const end = window + this.#windowTo - from
    memory.fill(NEWLINE, end, end + marginBytes)
  }

  /** Shows the next row in the view and returns where its record ends in the source. */
  #take(view: EventView): number {
    const { integers, doubles, memory, window, rowsAt } = this.#module
    const at = rowsAt + this.#row * INTEGERS_PER_ROW
    const double = at >> 1
    this.#row++
    view.bytes = memory
    view.tsMs = doubles[double + TS_MS]!
    view.subSecond = integers[at + SUB_SECOND] === 1
    view.status = integers[at + STATUS]!
    view.upstreamStatus = integers[at + UPSTREAM_STATUS]!
    view.upstreamBytes = doubles[double + UPSTREAM_BYTES]!
    view.retries = integers[at + RETRIES]!
    view.responseBytes = doubles[double + RESPONSE_BYTES]!
    view.durationMs = doubles[double + DURATION]!
    view.method = integers[at + METHOD]!
    view.protocol = integers[at + PROTOCOL]!
    view.outcome = -1
    view.owner = -1
    view.place = integers[at + PLACE]!
    view.placeEpoch = this.#module.epoch
    view.gatewayFrom = integers[at + TEXTS]!
    view.gatewayTo = integers[at + TEXTS + 1]!
    view.serviceFrom = integers[at + TEXTS + 2]!
    view.serviceTo = integers[at + TEXTS + 3]!
    view.hostFrom = integers[at + TEXTS + 4]!
    view.hostTo = integers[at + TEXTS + 5]!
    view.routeFrom = integers[at + TEXTS + 6]!
    view.routeTo = integers[at + TEXTS + 7]!
    view.consumerFrom = integers[at + TEXTS + 8]!
    view.consumerTo = integers[at + TEXTS + 9]!
    view.requestIdFrom = integers[at + TEXTS + 10]!
    view.requestIdTo = integers[at + TEXTS + 11]!
    view.traceIdFrom = integers[at + TEXTS + 12]!
    view.traceIdTo = integers[at + TEXTS + 13]!
    view.eventIdFrom = integers[at + TEXTS + 14]!
    view.eventIdTo = integers[at + TEXTS + 15]!
    view.pathFrom = integers[at + PATH]!
    view.pathTo = integers[at + PATH + 1]!
    view.detailFrom = view.detailTo = 0
    return integers[at + 1]! - window + this.#windowFrom
  }
}

const TS_MS = row.TS_MS / 8
const DURATION = row.DURATION / 8
const RESPONSE_BYTES = row.RESPONSE_BYTES / 8
const UPSTREAM_BYTES = row.UPSTREAM_BYTE_COUNT / 8
const STATUS = row.STATUS_CODE / 4
const UPSTREAM_STATUS = row.UPSTREAM_STATUS_CODE / 4
const RETRIES = row.RETRIES / 4
const METHOD = row.METHOD_INDEX / 4
const PROTOCOL = row.PROTOCOL_INDEX / 4
const SUB_SECOND = row.SUB_SECOND / 4
const TEXTS = row.TEXTS / 4
const PATH = row.PATH_TEXT / 4
const PLACE = row.PLACE / 4
