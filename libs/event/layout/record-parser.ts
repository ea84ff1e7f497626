import { aliasOf } from '../exact/alias.js'
import { codeAlone } from '../exact/code-alone.js'
import { parseCombinedRecord } from '../exact/combined-record.js'
import { jsonDepth } from '../exact/json-depth.js'
import { jsonOf } from '../exact/json-value.js'
import { within } from '../envelope-writer.js'
import type { Envelope } from '../envelope.js'
import { contextOf, eventOf, type Parsed, type Reading } from '../exact/told-event.js'
import { ToldValues } from '../exact/told-values.js'
import type { Format } from '../format.js'
import type { RejectReason } from '../reject.js'
import type { JsonLayout, JsonObject, Layout, TextLayout, TextReader } from './layout.js'
import { linePrefixOf, type LinePrefix } from './line-prefix.js'
import { isObject } from './value-at.js'
import { recordsWithin } from './wrapped-records.js'

/** What a record was taken for. */
export interface Recognition {
  /** Name of a format. */
  readonly format: string
  /** `it has …`, or that the source names the format. */
  readonly why: string
}

/** An event, the word for why there is none, or a line that only describes others and is no record. */
export type Read = Parsed | 'header'

/** A container runtime wraps what a collector wrapped that syslog wrapped; more is no log. */
const MAX_WRAPPINGS = 4
const NAMED = 'the source names it'

/**
 * The exact path of a format: reads one record of it, whatever wraps the record, and says what it took it for. Keeps the
 * headers of one body; `begin` forgets them.
 */
export class RecordParser {
  /** What the last record was taken for; null where nothing knew it. */
  recognition: Recognition | null = null
  /**
   * The records that the last one wraps, where those are several: each in a wrapping of its own, to be read in place of it, what
   * was returned for it being only the first. Made one by one.
   */
  wrapped: Iterable<string> = NONE
  readonly #format: Format
  /** Layouts of which a client may have written keys. */
  readonly #guarded: readonly JsonLayout[]
  readonly #jsonReading: Reading
  readonly #textReading: Reading
  /** Made with the first line of a body: most bodies have none that comes here. */
  #readers: readonly (readonly [TextLayout, TextReader])[] | null = null

  /** `reading.bareUnit` is the format's own. */
  constructor(format: Format, reading: Omit<Reading, 'bareUnit'>) {
    this.#format = format
    this.#guarded = format.json.filter(({ isForged }) => isForged !== undefined)
    this.#jsonReading = { ...reading, bareUnit: format.bareUnit }
    this.#textReading = { ...reading, bareUnit: undefined }
  }

  /** Forgets the headers of the body before. */
  begin(): void {
    this.#readers = null
  }

  /** Reads a record that begins as JSON. */
  json(text: string): Read {
    this.recognition = null
    this.wrapped = NONE
    return this.#json(text, 0)
  }

  /** Reads a line of text, without its end. */
  line(text: string): Read {
    this.recognition = null
    this.wrapped = NONE
    return this.#line(text, 0)
  }

  #json(text: string, wrappings: number): Read {
    if (jsonDepth(text) > this.#jsonReading.maxDepth) return { reject: 'too_deep' }
    if (this.#guarded.some((layout) => layout.isForged?.(text) === true)) return { reject: 'unreadable' }
    const value = jsonOf(text)
    if (value === undefined) return this.#cut(text) ?? { reject: 'bad_json' }
    return isObject(value) ? this.#object(value, wrappings) : { reject: 'not_an_object' }
  }

  /** A record that is no JSON because it was cut. */
  #cut(text: string): Parsed | null {
    for (const layout of this.#format.json) {
      const read = layout.readCut?.(text, this.#jsonReading) ?? null
      if (read !== null) return this.#as(layout, `it is cut behind the status of ${layout.name}`, read)
    }
    return null
  }

  #object(record: JsonObject, wrappings: number): Read {
    for (const layout of this.#format.json) {
      const why = layout.recognise(record)
      if (why !== null) return this.#as(layout, why, layout.read(record, this.#jsonReading))
    }
    const told = new ToldValues()
    told.offerAll(record)
    const own = this.#unrecognised(record, told)
    if (!mayWrap(own)) return own
    const inner = this.#unwrapped(told.get('wrapped')?.value ?? objectWrappedIn(record), wrappings + 1)
    if (inner === null) return own
    const context = contextOf(told, this.#jsonReading)
    this.#wrapEach((message) => wrapperOf(message, context))
    return inContext(inner, context)
  }

  /** An object that no layout knows is read by the dictionary of keys, or as the only layout that the source names. */
  #unrecognised(record: JsonObject, told: ToldValues): Parsed {
    if (this.#format.anyJson) {
      this.recognition ??= { format: this.#format.bareUnit === 's' ? 'nginx_json' : 'json', why: 'it is a JSON object' }
      return codeAlone(told) ? { reject: 'missing_status' } : eventOf(told, this.#jsonReading)
    }
    const [only] = this.#format.json
    return only === undefined ? { reject: 'unreadable' } : this.#as(only, NAMED, only.read(record, this.#jsonReading))
  }

  #unwrapped(inner: unknown, wrappings: number): Read | null {
    if (wrappings > MAX_WRAPPINGS) return null
    if (isObject(inner)) return known(this.#object(inner, wrappings))
    if (typeof inner !== 'string' || inner.trim() === '') return null
    const records = recordsWithin(inner.trim())
    const read = this.#firstKnown(records, wrappings)
    // A wrapping in the wrapping is taken apart when its turn comes.
    if (records.length > 1) this.wrapped = read === null ? NONE : records
    return read
  }

  #firstKnown(records: readonly string[], wrappings: number): Read | null {
    for (const record of records) {
      const read = known(this.#any(record, wrappings))
      if (read !== null) return read
    }
    return null
  }

  /** Puts what the last record wraps into the wrapping around it. */
  #wrapEach(wrap: (record: string) => string): void {
    const { wrapped } = this
    if (wrapped !== NONE) this.wrapped = { [Symbol.iterator]: () => mapped(wrapped, wrap) }
  }

  #any(text: string, wrappings: number): Read {
    return text.startsWith('{') ? this.#json(text, wrappings) : this.#line(text, wrappings)
  }

  #line(text: string, wrappings: number): Read {
    const prefix = wrappings < MAX_WRAPPINGS ? linePrefixOf(text) : null
    if (prefix === null) return this.#bareLine(text)
    const behind = inContext(this.#any(text.slice(prefix.length), wrappings + 1), timeOf(prefix))
    this.#wrapEach((record) => text.slice(0, prefix.length) + record)
    if (this.#format.anyJson || this.#format.combined || !isUnknown(behind)) return behind
    // The lines of a named layout may themselves begin as a collector's prefix does: with a time and a word.
    const whole = this.#bareLine(text)
    return isUnknown(whole) ? behind : whole
  }

  #bareLine(text: string): Read {
    for (const [layout, reader] of this.#readersOfBody()) {
      const why = reader.recognise(text, this.#textReading)
      if (why !== null) return this.#as(layout, why, reader.read(text, this.#textReading))
    }
    const own = this.#unrecognisedLine(text)
    const mayBeJson = this.#format.anyJson || this.#format.json.length > 0
    if (!isUnreadable(own) || !mayBeJson || text.startsWith('{')) return own
    return jsonOf(text) === undefined ? own : { reject: 'not_an_object' }
  }

  /** A line that no layout knows is read as the combined family, or as the only layout that the source names. */
  #unrecognisedLine(text: string): Read {
    if (this.#format.combined) {
      const parsed = parseCombinedRecord(text, this.#textReading)
      if (!('reject' in parsed))
        this.recognition = { format: 'combined', why: 'it has the head of the combined family' }
      return parsed
    }
    const [only] = this.#readersOfBody()
    return only === undefined
      ? { reject: 'unreadable' }
      : this.#as(only[0], NAMED, only[1].read(text, this.#textReading))
  }

  #readersOfBody(): readonly (readonly [TextLayout, TextReader])[] {
    return (this.#readers ??= this.#format.text.map((layout) => [layout, layout.reader()] as const))
  }

  #as<Result extends Read>(layout: Layout, why: string, result: Result): Result {
    this.recognition = { format: layout.name, why }
    return result
  }
}

/** The object under a key that wraps a record, as collectors leave it that have parsed the line. */
function objectWrappedIn(record: JsonObject): unknown {
  return Object.entries(record).find(
    ([key, value]) => isObject(value) && aliasOf(key.toLowerCase())?.field === 'wrapped',
  )?.[1]
}

const NONE: readonly string[] = []

function* mapped(records: Iterable<string>, wrap: (record: string) => string): Generator<string> {
  for (const record of records) yield wrap(record)
}

/** One record in a wrapping that tells the same of it as the one in which it stood with others. */
function wrapperOf(message: string, { tsMs, service }: Envelope): string {
  return JSON.stringify({ timestamp: tsMs, service, message })
}

/** A container runtime tells when the line was written. */
function timeOf({ time }: LinePrefix): Envelope {
  const tsMs = time === undefined ? Number.NaN : Date.parse(time)
  return Number.isNaN(tsMs) ? {} : { tsMs }
}

/** What the wrapping tells holds where the record itself does not tell it. */
function inContext(read: Read, context: Envelope): Read {
  return read === 'header' || 'reject' in read ? read : within(context, read)
}

/** What an object that no layout knows may read as although it holds a record. */
function mayWrap(read: Read): boolean {
  return ['missing_status', 'bad_status', 'unreadable', 'not_a_request'].some((reason) =>
    hasReject(read, reason as RejectReason),
  )
}

function isUnreadable(read: Read): boolean {
  return hasReject(read, 'unreadable')
}

const UNKNOWN: ReadonlySet<RejectReason> = new Set<RejectReason>([
  'unreadable',
  'bad_json',
  'not_an_object',
  'missing_status',
  'too_deep',
])

/** Null for what is no record. */
function known(read: Read): Read | null {
  return isUnknown(read) ? null : read
}

function isUnknown(read: Read): boolean {
  return read !== 'header' && 'reject' in read && UNKNOWN.has(read.reject)
}

function hasReject(read: Read, reason: RejectReason): boolean {
  return read !== 'header' && 'reject' in read && read.reject === reason
}
