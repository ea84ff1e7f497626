import type { EventSink } from '../event-sink.js'
import { storableEnvelope } from '../envelope-writer.js'
import type { Envelope } from '../envelope.js'
import { CLOSE_BRACKET, COMMA, NEWLINE, OPEN_BRACE, OPEN_BRACKET, SPACE, TAB } from '../scan/byte-class.js'
import { BodyShape, type BodySummary } from './body-shape.js'
import { ElementFrame } from './element-frame.js'
import { ObjectFrame } from './object-frame.js'
import { RecordBuffer } from './record-buffer.js'
import { isBlank, REJECTED_HEAD_BYTES, RecordReader, type ReadingOptions } from './record-reader.js'

/** A record that the bytes so far did not end. */
type Open = 'none' | 'line' | 'bracket' | 'object' | 'element' | 'wrapper_rest'

/** Bytes behind the last line feed of a chunk are copied and scanned in pieces of this size. */
const SLICE_BYTES = 64 * 1024
/** A longer part is not kept room for. */
const KEPT_PART_BYTES = 1 << 20
const EMPTY = new Uint8Array(0)
const BOM = Uint8Array.of(0xef, 0xbb, 0xbf)
const RECORD_SEPARATOR = 0x1e

/**
 * Splits a body into records, whatever its shape and wherever its chunks are cut, and reads each into the sink: objects one
 * after another (NDJSON, pretty-printed, concatenated), arrays, wrappers such as `{"events":[…]}`, and text lines.
 * Whole lines are read in place; only what the end of a chunk cuts is copied. Memory stays near the record limit.
 */
export class BodyScanner {
  readonly #reader: RecordReader
  readonly #carry: RecordBuffer
  readonly #mayBeJson: boolean
  readonly #shape = new BodyShape()
  readonly #element = new ElementFrame()
  #object = new ObjectFrame()
  #wrapper = new ObjectFrame()
  #open: Open = 'none'
  #inArray = false
  #inWrapper = false
  #bomBytes = 0
  #part: Uint8Array = EMPTY
  /** As the door told it last; several records mostly share one. */
  #envelope: Envelope | null = null

  constructor(options: ReadingOptions, sink: EventSink) {
    this.#reader = new RecordReader(options, sink)
    // A line may have a carriage return beyond the limit.
    this.#carry = new RecordBuffer(this.#reader.maxRecordBytes + 1)
    const { anyJson, json, text } = this.#reader.format
    // A line of text may come wrapped in JSON.
    this.#mayBeJson = anyJson || json.length > 0 || text.length > 0
  }

  /** Bytes of memory that it holds for a record that a chunk cut, or for the part it read last. */
  get heldBytes(): number {
    return this.#carry.heldBytes + this.#part.length
  }

  /** Makes the scanner ready for another body of the same source. */
  reset(sink: EventSink = this.#reader.sink): void {
    this.#reader.reset(sink)
    this.#carry.clear()
    this.#envelope = null
    this.#shape.clear()
    this.#open = 'none'
    this.#inArray = this.#inWrapper = false
    this.#bomBytes = 0
  }

  /** Takes the next bytes of the body. They are not kept: the caller may reuse the chunk afterwards. */
  push(chunk: Uint8Array): void {
    // A Buffer has a shape of its own, and code that sees two shapes is slower at every byte.
    const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    this.#take(bytes, this.#bomBytes < BOM.length ? this.#skipBom(bytes) : 0)
  }

  /**
   * Takes what a door has taken out of its wrapping: one record, or a small body of several, complete in itself. What the
   * envelope tells holds for its records, of which each has an event id of its own. Nothing of one part can spoil the next.
   */
  part(bytes: Uint8Array, envelope: Envelope | null): void {
    if (envelope !== this.#envelope) {
      this.#envelope = envelope
      this.#reader.envelope = envelope === null ? null : storableEnvelope(envelope)
    }
    this.#reader.beginPart()
    // The scanners need a line feed behind what they read.
    if (this.#part.length <= bytes.length) this.#part = new Uint8Array(Math.max(1024, 2 * bytes.length))
    this.#part.set(bytes)
    this.#part[bytes.length] = NEWLINE
    this.#take(this.#part.subarray(0, bytes.length + 1), 0)
    this.#endAll()
    if (this.#part.length > KEPT_PART_BYTES) this.#part = EMPTY
  }

  /** Ends the body: reads the last record and tells what the body was. */
  end(): BodySummary {
    if (this.#bomBytes < BOM.length) this.#take(BOM.subarray(0, this.#bomBytes), 0)
    this.#endAll()
    this.#reader.detach()
    return this.#shape.summary(this.#reader)
  }

  #endAll(): void {
    const wasOpen = this.#open !== 'none'
    if (wasOpen) this.#endOpen()
    else if (this.#inArray) this.#reader.reject('bad_json', this.#carry.bytes, 0, 0)
    this.#inArray = this.#inWrapper = false
  }

  #skipBom(chunk: Uint8Array): number {
    let i = 0
    while (i < chunk.length && this.#bomBytes < BOM.length) {
      if (chunk[i] !== BOM[this.#bomBytes]) {
        const held = this.#bomBytes
        this.#bomBytes = BOM.length
        this.#take(BOM.subarray(0, held), 0)
        break
      }
      this.#bomBytes++
      i++
    }
    return i
  }

  #take(chunk: Uint8Array, from: number): void {
    let i = this.#open === 'none' ? from : this.#resume(chunk, from)
    const end = chunk.lastIndexOf(NEWLINE) + 1
    if (end > i) {
      this.#scan(chunk, i, end)
      i = end
    }
    while (i < chunk.length) {
      if (this.#open === 'none') {
        const to = Math.min(chunk.length, i + SLICE_BYTES)
        this.#carry.load(chunk, i, to)
        this.#scan(this.#carry.bytes, 0, to - i)
        i = to
      } else i = this.#resume(chunk, i)
    }
  }

  /** Reads all records in `from..to`; a line feed stands at `to - 1` or at `to`. */
  #scan(bytes: Uint8Array, from: number, to: number): void {
    this.#reader.attach()
    let i = from
    while (i < to) i = this.#inArray ? this.#nextElement(bytes, i, to) : this.#nextRecord(bytes, i, to)
  }

  #nextRecord(bytes: Uint8Array, from: number, to: number): number {
    const first = bytes[from] as number
    if (first <= SPACE ? isBlank(first) || first === RECORD_SEPARATOR : first === COMMA && this.#mayBeJson)
      return from + 1
    if (this.#mayBeJson) {
      if (first === OPEN_BRACE) return this.#nextObject(bytes, from, to)
      if (first === OPEN_BRACKET) {
        const next = skipSpace(bytes, from + 1, to)
        if (next === to) return this.#leave('bracket', bytes, from, to)
        if (this.#opensArray(bytes[next] as number)) return this.#beginArray(from + 1)
      }
    }
    return this.#nextLine(bytes, from, to)
  }

  #nextLine(bytes: Uint8Array, from: number, to: number): number {
    this.#shape.sawText()
    const read = this.#reader.scanLine(bytes, from, to)
    if (read >= 0) return read + 1
    const lineFeed = bytes.indexOf(NEWLINE, from)
    if (lineFeed < 0 || lineFeed >= to) return this.#leave('line', bytes, from, to)
    this.#endRecord('line', bytes, from, lineFeed)
    return lineFeed + 1
  }

  #nextObject(bytes: Uint8Array, from: number, to: number): number {
    const read = this.#reader.scanObject(bytes, from)
    if (read >= 0) {
      this.#shape.sawObject()
      return read
    }
    this.#object.begin()
    const end = this.#object.run(bytes, from + 1, to)
    if (end < 0) return this.#leave('object', bytes, from, to)
    if (this.#object.isWrapper) return this.#beginWrapper(end)
    this.#endRecord('object', bytes, from, end)
    return end
  }

  #nextElement(bytes: Uint8Array, from: number, to: number): number {
    const first = bytes[from] as number
    if (isBlank(first) || first === COMMA) return from + 1
    if (first === CLOSE_BRACKET) return this.#endArray(bytes, from + 1, to)
    const read = first === OPEN_BRACE ? this.#reader.scanObject(bytes, from) : -1
    if (read >= 0) return read
    this.#element.begin(first)
    const end = this.#element.run(bytes, from, to)
    if (end < 0) return this.#leave('element', bytes, from, to)
    this.#endRecord('element', bytes, from, end)
    return end
  }

  /** A bracket opens an array where JSON may follow it; between other records only where an object or array does. */
  #opensArray(next: number): boolean {
    if (next === OPEN_BRACE || next === OPEN_BRACKET || next === NEWLINE || next === CARRIAGE_RETURN) return true
    return this.#reader.records === 0 && !this.#shape.hasText && SCALAR_OR_END.has(next)
  }

  #beginArray(from: number): number {
    this.#shape.sawArray()
    this.#inArray = true
    return from
  }

  #beginWrapper(from: number): number {
    const frame = this.#object
    this.#object = this.#wrapper
    this.#wrapper = frame
    this.#shape.sawWrapper()
    this.#inArray = this.#inWrapper = true
    return from
  }

  #endArray(bytes: Uint8Array, from: number, to: number): number {
    this.#inArray = false
    if (!this.#inWrapper) return from
    this.#wrapper.resumeAfterArray()
    const end = this.#wrapper.run(bytes, from, to)
    if (end < 0) return this.#leave('wrapper_rest', bytes, from, to)
    this.#endRecord('wrapper_rest', bytes, from, end)
    return end
  }

  /** Keeps a record that `to` cuts. */
  #leave(open: Open, bytes: Uint8Array, from: number, to: number): number {
    this.#open = open
    this.#carry.begin(bytes, from, to)
    return to
  }

  /** Goes on with the open record; returns where in the chunk the next begins. */
  #resume(chunk: Uint8Array, from: number): number {
    if (this.#open === 'bracket') return this.#resumeBracket(chunk, from)
    const end = this.#runOpen(chunk, from)
    this.#carry.append(chunk, from, end < 0 ? chunk.length : end)
    if (end < 0) return chunk.length
    const isLine = this.#open === 'line'
    if (this.#open === 'object' && this.#object.isWrapper) {
      this.#open = 'none'
      return this.#beginWrapper(end)
    }
    this.#endCarried()
    return isLine ? end + 1 : end
  }

  #runOpen(chunk: Uint8Array, from: number): number {
    switch (this.#open) {
      case 'object':
        return this.#object.run(chunk, from, chunk.length)
      case 'element':
        return this.#element.run(chunk, from, chunk.length)
      case 'wrapper_rest':
        return this.#wrapper.run(chunk, from, chunk.length)
      default:
        return chunk.indexOf(NEWLINE, from)
    }
  }

  #resumeBracket(chunk: Uint8Array, from: number): number {
    const next = skipSpace(chunk, from, chunk.length)
    if (next < chunk.length && this.#opensArray(chunk[next] as number)) {
      this.#open = 'none'
      return this.#beginArray(next)
    }
    this.#carry.append(chunk, from, next)
    if (next === chunk.length) return next
    this.#shape.sawText()
    this.#open = 'line'
    return this.#resume(chunk, next)
  }

  /** Reads the record in the carry, whose end has been found. */
  #endCarried(): void {
    const carry = this.#carry
    const open = this.#open
    this.#open = 'none'
    if (carry.isTooLong && open !== 'wrapper_rest') {
      if (open === 'object') this.#shape.sawObject()
      this.#reader.reject('too_long', carry.bytes, 0, Math.min(carry.length, REJECTED_HEAD_BYTES))
    } else if (!this.#isScanned(open)) this.#endRecord(open, carry.bytes, 0, carry.length)
  }

  /** Whether a scanner has read the whole record in the carry. */
  #isScanned(open: Open): boolean {
    const { bytes, length } = this.#carry
    if (open === 'wrapper_rest') return false
    this.#reader.attach()
    if (open === 'line') return this.#reader.scanLine(bytes, 0, length + 1) >= 0
    if (bytes[0] !== OPEN_BRACE || this.#reader.scanObject(bytes, 0) < 0) return false
    if (open === 'object') this.#shape.sawObject()
    return true
  }

  /** The body ends inside a record. */
  #endOpen(): void {
    const { bytes, length } = this.#carry
    const isInside = this.#open === 'bracket' || this.#open === 'wrapper_rest'
    if (isInside) this.#reader.reject('bad_json', bytes, 0, this.#headOf(length))
    else this.#endCarried()
    this.#open = 'none'
  }

  #headOf(length: number): number {
    return Math.min(length, REJECTED_HEAD_BYTES)
  }

  /** Reads a record on the exact path. */
  #endRecord(open: Open, bytes: Uint8Array, from: number, to: number): void {
    if (open === 'wrapper_rest') return this.#endWrapper(bytes, from, to)
    if (open === 'object') this.#shape.sawObject()
    const isCrlf = open === 'line' && bytes[to - 1] === CARRIAGE_RETURN
    if (to - from - Number(isCrlf) > this.#reader.maxRecordBytes)
      this.#reader.reject('too_long', bytes, from, from + this.#headOf(to - from))
    else if (open === 'line') this.#reader.readLine(bytes, from, to)
    else this.#reader.readJson(bytes, from, to)
  }

  /** Behind a wrapper's array: another array, the closing brace, or something that is no JSON. */
  #endWrapper(bytes: Uint8Array, from: number, to: number): void {
    this.#inArray = this.#inWrapper = this.#wrapper.isWrapper
    if (this.#wrapper.isBroken) this.#reader.reject('bad_json', bytes, from, from + this.#headOf(to - from))
  }
}

const CARRIAGE_RETURN = 0x0d
const SCALAR_OR_END: ReadonlySet<number> = new Set([...']"-tfn'].map((char) => char.charCodeAt(0)))

/** The next byte that is no space or tab, or `to`. */
function skipSpace(bytes: Uint8Array, from: number, to: number): number {
  let i = from
  while (i < to && (bytes[i] === SPACE || bytes[i] === TAB)) i++
  return i
}
