import type { Envelope } from '../envelope.js'
import { EnvelopeWriter, within } from '../envelope-writer.js'
import type { EventSink } from '../event-sink.js'
import { EventView } from '../event-view.js'
import { jsonOf } from '../exact/json-value.js'
import type { Reading } from '../exact/told-event.js'
import { BUILT_IN_FORMATS, type Format } from '../format.js'
import { RecordParser, type Read, type Recognition } from '../layout/record-parser.js'
import type { RejectReason } from '../reject.js'
import { ByteScanner } from '../scan/byte-scanner.js'
import { DEFAULT_TIME_ZONE } from '../value/zone.js'
import { ViewWriter } from '../view-writer.js'

/** What a rejected record that is too long keeps. */
export const REJECTED_HEAD_BYTES = 16 * 1024

/** What a source says about its records. */
export interface ReadingOptions {
  readonly format?: Format
  /** Longest record in bytes, without its line end. */
  readonly maxRecordBytes?: number
  /** Deepest nesting of a JSON record. */
  readonly maxDepth?: number
  /** IANA zone of times that name none. */
  readonly timeZone?: string
  /** Which of two proxies counts that log the same request; undefined: as the layout says. */
  readonly side?: Reading['side'] | undefined
  /** Requests that each record stands for, where the gateway logs a sample and the record does not say. */
  readonly weight?: number
  /** Hears of every record what it was taken for. Costs speed: the byte scanners, which cannot tell, are off. */
  readonly witness?: Witness
}

/** What became of a record, what it was taken for, and its text. */
export type Witness = (read: Read, recognition: Recognition | null, text: string) => void

/** One for all bodies of the thread. */
const scanner = new ByteScanner()
const encoder = new TextEncoder()
const NONE = new Uint8Array(0)

/** Reads records whose extent is known and tells the sink, by the scanners where they can and by the exact path where not. */
export class RecordReader {
  readonly format: Format
  readonly maxRecordBytes: number
  records = 0
  jsonRecords = 0
  textRecords = 0
  /** Records of which at least the layout was recognised. */
  recognised = 0
  sawBinary = false
  sink: EventSink
  /** What wraps the records that come now. */
  envelope: Envelope | null = null
  /** Records before the part that comes now. */
  #before = 0
  readonly #view = new EventView()
  readonly #writer = new ViewWriter()
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  readonly #enveloper = new EnvelopeWriter()
  readonly #parser: RecordParser
  readonly #weight: number
  readonly #witness: Witness | undefined
  readonly #scansJson: boolean
  readonly #scansLines: boolean

  constructor(options: ReadingOptions, sink: EventSink) {
    const {
      format = BUILT_IN_FORMATS.auto,
      maxRecordBytes = 1 << 20,
      maxDepth = 32,
      timeZone = DEFAULT_TIME_ZONE,
    } = options
    this.format = format
    this.maxRecordBytes = maxRecordBytes
    this.sink = sink
    this.#weight = options.weight ?? 1
    this.#witness = options.witness
    this.#scansJson = format.anyJson && options.witness === undefined
    this.#scansLines = format.combined && options.witness === undefined
    this.#parser = new RecordParser(format, { timeZone, maxDepth, ...(options.side && { side: options.side }) })
  }

  /** Forgets the body before. */
  reset(sink: EventSink): void {
    this.sink = sink
    this.records = this.jsonRecords = this.textRecords = this.recognised = 0
    this.sawBinary = false
    this.envelope = null
    this.#before = 0
    this.#parser.begin()
  }

  /** Begins what one wrapping holds: its records share the id that the wrapping gives. */
  beginPart(): void {
    this.#before = this.records
  }

  /** Must be called before a buffer is read that has been filled anew. A line feed must stand somewhere behind every record. */
  attach(): void {
    scanner.forget()
  }

  /** Lets go of the body, which a scanner that waits for its next one must not keep alive. */
  detach(): void {
    scanner.forget()
    this.#view.clear()
    this.#view.bytes = this.#view.record = NONE
  }

  /** Tries to read the object that opens at `from` in the attached buffer; returns where it ends, -1: not read. */
  scanObject(bytes: Uint8Array, from: number): number {
    const end = this.#scansJson ? scanner.scanObject(bytes, from, this.#view, this.format.bareUnit) : -1
    if (end < 0 || end - from > this.maxRecordBytes) return -1
    this.jsonRecords++
    this.#scanned(bytes, from, end)
    return end
  }

  /** Tries to read the line at `from` in the attached buffer, which must end before `to`; returns its line feed, -1: not read. */
  scanLine(bytes: Uint8Array, from: number, to: number): number {
    if (!this.#scansLines) return -1
    const end = scanner.scanLine(bytes, from, this.#view)
    if (end < 0) return -1
    const lineFeed = bytes[end] === 0x0a ? end : end + 1
    if (lineFeed >= to || lineFeed - from > this.maxRecordBytes) return -1
    this.textRecords++
    this.#scanned(bytes, from, trimmedEnd(bytes, from, lineFeed))
    return lineFeed
  }

  /** Reads the JSON value `from..to` on the exact path. */
  readJson(bytes: Uint8Array, from: number, to: number): void {
    const end = trimmedEnd(bytes, from, to)
    const text = this.#decoder.decode(bytes.subarray(from, end))
    const read = this.#parser.json(text)
    if (this.#readWrapped((record) => this.readJson(record, 0, record.length))) return
    this.#witness?.(read, this.#parser.recognition, text)
    if (read !== 'header' && !('reject' in read)) this.jsonRecords++
    this.#conclude(read, bytes, from, end)
  }

  /** Reads the text line `from..to`, without line feed, on the exact path. */
  readLine(bytes: Uint8Array, from: number, to: number): void {
    const end = trimmedEnd(bytes, from, to)
    const text = this.#decoder.decode(bytes.subarray(from, end))
    const read = this.#parser.line(text)
    if (this.#readWrapped((record) => this.readLine(record, 0, record.length))) return
    this.#witness?.(read, this.#parser.recognition, text)
    if (read !== 'header' && !('reject' in read)) this.textRecords++
    for (let count = recordsIn(text, read); count > 0; count--) this.#conclude(read, bytes, from, end)
  }

  /** Reads the records that the last one wraps; false where those are not several. */
  #readWrapped(read: (record: Uint8Array) => void): boolean {
    let found = false
    for (const record of this.#parser.wrapped) {
      found = true
      read(encoder.encode(record))
    }
    return found
  }

  /** Rejects the record `from..to`. */
  reject(reason: RejectReason, bytes: Uint8Array, from: number, to: number): void {
    if (UNRECOGNISED.has(reason)) this.sawBinary ||= this.recognised === 0 && isBinary(bytes.subarray(from, to))
    else this.recognised++
    this.sink.reject(reason, bytes, from, to, this.records++)
  }

  #tell(bytes: Uint8Array, from: number, to: number): void {
    const view = this.#view
    view.record = bytes
    view.recordFrom = from
    view.recordTo = to
    const id = this.envelope?.eventId
    // The first record alone has the id that the wrapping gives: the others were taken for it once more.
    if (id !== undefined && this.records > this.#before) view.eventId = `${id}\n${this.records - this.#before}`
    view.index = this.records++
    this.recognised++
    this.sink.event(view)
  }

  /** The view is what a scanner read in place. */
  #scanned(bytes: Uint8Array, from: number, to: number): void {
    const view = this.#view
    view.weight = this.#weight
    view.eventId = null
    if (this.envelope !== null) this.#enveloper.fill(view, this.envelope)
    this.#tell(bytes, from, to)
  }

  #conclude(read: Read, bytes: Uint8Array, from: number, to: number): void {
    if (read === 'header') return
    if ('reject' in read) return this.reject(read.reject, bytes, from, to)
    const event = within(this.envelope, read)
    this.#writer.write(event, this.#view)
    this.#view.weight = event.weight ?? this.#weight
    this.#view.eventId = null
    this.#tell(bytes, from, to)
  }
}

/** A line may be an array of anything but objects: each of its elements is a record that is none. */
function recordsIn(text: string, read: Read): number {
  if (read === 'header' || !('reject' in read) || read.reject !== 'not_an_object') return 1
  const value = jsonOf(text)
  return Array.isArray(value) ? value.length : 1
}

const UNRECOGNISED: ReadonlySet<RejectReason> = new Set<RejectReason>(['unreadable', 'bad_json', 'too_long'])

/** The end of a range without spaces, tabs and line ends behind it. */
function trimmedEnd(bytes: Uint8Array, from: number, to: number): number {
  let end = to
  while (end > from && isBlank(bytes[end - 1] as number)) end--
  return end
}

/** Whether a byte is white space in JSON. */
export function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

const strictDecoder = new TextDecoder('utf-8', { fatal: true })

/** Whether bytes hold a NUL or no valid UTF-8 (a character cut at the end is no proof). */
function isBinary(bytes: Uint8Array): boolean {
  if (bytes.includes(0)) return true
  try {
    strictDecoder.decode(bytes, { stream: true })
    return false
  } catch {
    return true
  } finally {
    endStream()
  }
}

function endStream(): void {
  try {
    strictDecoder.decode()
  } catch {
    // Only ends the stream: what was left over is no proof of anything.
  }
}
