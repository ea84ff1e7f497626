import type { EventSink } from '../event-sink.js'
import { EventView } from '../event-view.js'
import { parseCombinedRecord } from '../exact/combined-record.js'
import { jsonOf, parseJsonRecord, wrappedText } from '../exact/json-record.js'
import type { Parsed, Reading } from '../exact/told-event.js'
import { allowsJson, allowsText, type FormatName } from '../format.js'
import type { RejectReason } from '../reject.js'
import { CombinedScanner } from '../scan/combined-scanner.js'
import { JsonScanner } from '../scan/json-scanner.js'
import { DEFAULT_TIME_ZONE } from '../value/zone.js'
import { ViewWriter } from '../view-writer.js'

/** What a rejected record that is too long keeps. */
export const REJECTED_HEAD_BYTES = 16 * 1024

/** What a source says about its records. */
export interface ReadingOptions {
  readonly format?: FormatName
  /** Longest record in bytes. */
  readonly maxRecordBytes?: number
  /** Deepest nesting of a JSON record. */
  readonly maxDepth?: number
  /** IANA zone of times that name none. */
  readonly timeZone?: string
}

/** Reads records whose extent is known and tells the sink, by the scanners where they can and by the exact path where not. */
export class RecordReader {
  readonly format: FormatName
  readonly maxRecordBytes: number
  records = 0
  jsonRecords = 0
  textRecords = 0
  /** Records of which at least the layout was recognised. */
  recognised = 0
  sawBinary = false
  sink: EventSink
  readonly #view = new EventView()
  readonly #json: JsonScanner
  readonly #combined: CombinedScanner
  readonly #writer = new ViewWriter()
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  readonly #jsonReading: Reading
  readonly #textReading: Reading
  readonly #mayBeText: boolean

  constructor(options: ReadingOptions, sink: EventSink) {
    const { format = 'auto', maxRecordBytes = 1 << 20, maxDepth = 32, timeZone = DEFAULT_TIME_ZONE } = options
    const bareUnit = format === 'nginx_json' ? 's' : 'ms'
    this.format = format
    this.#mayBeText = allowsText(format)
    this.maxRecordBytes = maxRecordBytes
    this.sink = sink
    this.#jsonReading = { bareUnit, timeZone, maxDepth }
    this.#textReading = { bareUnit: undefined, timeZone, maxDepth }
    this.#json = new JsonScanner(this.#view, bareUnit)
    this.#combined = new CombinedScanner(this.#view)
  }

  /** Forgets the body before. */
  reset(sink: EventSink): void {
    this.sink = sink
    this.records = this.jsonRecords = this.textRecords = this.recognised = 0
    this.sawBinary = false
  }

  /** Points the scanners at a buffer in which every record is followed by a line feed somewhere. */
  attach(bytes: Uint8Array): void {
    this.#json.attach(bytes)
    this.#combined.attach(bytes)
  }

  /** Lets go of the body, which a scanner that waits for its next one must not keep alive. */
  detach(): void {
    this.#json.detach()
    this.#combined.detach()
  }

  /** Tries to read the object that opens at `from` in the attached buffer; returns where it ends, -1: not read. */
  scanObject(bytes: Uint8Array, from: number): number {
    const end = this.#json.scan(from)
    if (end < 0 || end - from > this.maxRecordBytes) return -1
    this.jsonRecords++
    this.#tell(bytes, from, end)
    return end
  }

  /** Tries to read the line at `from` in the attached buffer, which must end before `to`; returns its line feed, -1: not read. */
  scanLine(bytes: Uint8Array, from: number, to: number): number {
    if (!this.#mayBeText) return -1
    const end = this.#combined.scan(from)
    if (end < 0) return -1
    const lineFeed = bytes[end] === 0x0a ? end : end + 1
    if (lineFeed >= to || lineFeed - from > this.maxRecordBytes) return -1
    this.textRecords++
    this.#tell(bytes, from, trimmedEnd(bytes, from, lineFeed))
    return lineFeed
  }

  /** Reads the JSON value `from..to` on the exact path. */
  readJson(bytes: Uint8Array, from: number, to: number): void {
    const end = trimmedEnd(bytes, from, to)
    const text = this.#decoder.decode(bytes.subarray(from, end))
    const parsed = this.#unwrapped(text, parseJsonRecord(text, this.#jsonReading))
    if (!('reject' in parsed)) this.jsonRecords++
    this.#conclude(parsed, bytes, from, end)
  }

  /** Reads the text line `from..to`, without line feed, on the exact path. */
  readLine(bytes: Uint8Array, from: number, to: number): void {
    const end = trimmedEnd(bytes, from, to)
    const parsed = this.#lineOf(this.#decoder.decode(bytes.subarray(from, end)))
    if (!('reject' in parsed)) this.textRecords++
    this.#conclude(parsed, bytes, from, end)
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
    view.index = this.records++
    this.recognised++
    this.sink.event(view)
  }

  #conclude(parsed: Parsed, bytes: Uint8Array, from: number, to: number): void {
    if ('reject' in parsed) return this.reject(parsed.reject, bytes, from, to)
    this.#writer.write(parsed, this.#view)
    this.#tell(bytes, from, to)
  }

  /** Some collectors send `{"log":"<the line>"}`: what such a record wraps counts, where it tells a status. */
  #unwrapped(text: string, parsed: Parsed): Parsed {
    if (!('reject' in parsed) || parsed.reject !== 'missing_status') return parsed
    const inner = wrappedText(text)?.trim()
    if (inner === undefined) return parsed
    const found = inner.startsWith('{') ? parseJsonRecord(inner, this.#jsonReading) : this.#lineOf(inner)
    return 'reject' in found ? parsed : found
  }

  #lineOf(text: string): Parsed {
    const parsed: Parsed = allowsText(this.format)
      ? parseCombinedRecord(text, this.#textReading)
      : { reject: 'unreadable' }
    if (!('reject' in parsed) || parsed.reject !== 'unreadable' || !allowsJson(this.format)) return parsed
    return jsonOf(text) === undefined ? parsed : { reject: 'not_an_object' }
  }
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
