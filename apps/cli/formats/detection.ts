import {
  BodyScanner,
  mismatchIn,
  type EventSink,
  type Format,
  type HttpEvent,
  type Mismatch,
  type RejectReason,
  type Witness,
} from '#event'
import { withoutStatus } from './without-status.js'

/** What one record of a log was taken for. */
export interface Seen {
  /** Of the line in the log where the record begins, from 1. */
  readonly line: number
  /** Null where nothing knew the record. */
  readonly format: string | null
  readonly why: string
  /** Null where the record gives none. */
  readonly event: HttpEvent | null
  readonly reject: RejectReason | null
  /** Where the line stops being of the named format. */
  readonly mismatch: Stop | null
}

/** Where a line stops being of a format, and what stands there. */
export interface Stop extends Mismatch {
  readonly found: string
}

const LINE_FEED = 0x0a
/** White space, a quote, a comma and closing brackets: what begins so goes on with the record before. */
const CONTINUES: ReadonlySet<number> = new Set([...' \t\r\n",]}'].map((char) => char.charCodeAt(0)))
const NOTHING_KNOWS = 'no format knows it'
const FIELDS = /^#Fields:/i

/** Reads a log as the server would, and tells of every record what it was taken for and why. */
export class Detection {
  /** Lines that only describe others, such as W3C's `#Fields`. */
  headers = 0
  /** Size of the log, decompressed. */
  bytes = 0
  readonly #scanner: BodyScanner
  readonly #format: Format
  #line = 1
  /** The line where the record under way begins; null between records. */
  #begun: number | null = null
  /** Whether the line that is read now can begin a record. */
  #mayBegin = false
  /** Whether the last chunk ended inside a line. */
  #isInside = false
  /** What the witness said of the record that the sink is about to be told of. */
  #witnessed: Seen | null = null
  /** The `#Fields` line that holds for the lines behind it. */
  #fields: string | null = null

  constructor(format: Format, timeZone: string, tell: (seen: Seen) => void) {
    this.#format = format
    const take = () => {
      // A broken object is known to end only by the line behind it.
      const isOlder = this.#begun !== null && this.#begun < this.#line
      this.#begun = isOlder && this.#mayBegin ? this.#line : null
      const seen = this.#witnessed
      this.#witnessed = null
      return seen
    }
    const sink: EventSink = {
      event: () => {
        const seen = take()
        if (seen !== null) tell(seen)
      },
      reject: (reject) => {
        const line = this.#begun ?? this.#line
        tell(take() ?? { line, format: null, why: 'its framing is broken', event: null, reject, mismatch: null })
      },
    }
    this.#scanner = new BodyScanner({ format, timeZone, witness: this.#witness }, sink)
  }

  /** Takes the next bytes. They are handed on line by line, so that a record is known by its line. */
  push(chunk: Uint8Array): void {
    this.bytes += chunk.length
    let from = 0
    while (from < chunk.length) {
      const lineFeed = chunk.indexOf(LINE_FEED, from)
      const end = lineFeed < 0 ? chunk.length : lineFeed + 1
      this.#beginLine(chunk.subarray(from, end))
      this.#scanner.push(chunk.subarray(from, end))
      if (lineFeed >= 0) {
        this.#line++
        this.#isInside = false
      } else this.#isInside = true
      from = end
    }
  }

  /** Reads what the last line feed left. */
  end(): void {
    this.#scanner.end()
  }

  #beginLine(line: Uint8Array): void {
    if (this.#isInside) return
    this.#mayBegin = !CONTINUES.has(line[0] ?? LINE_FEED)
    if (this.#mayBegin) this.#begun ??= this.#line
  }

  readonly #witness: Witness = (read, recognition, text) => {
    if (read === 'header') {
      this.headers++
      this.#begun = null
      if (FIELDS.test(text)) this.#fields = text
      return
    }
    const format = recognition?.format ?? null
    const line = this.#begun ?? this.#line
    if (!('reject' in read)) {
      const why = recognition?.why ?? ''
      this.#witnessed = { line, format, why, event: read, reject: null, mismatch: null }
      return
    }
    const { reject } = read
    const isLine = reject === 'unreadable' && !text.startsWith('{')
    const mismatch = isLine ? stopIn(this.#format, text, this.#fields) : null
    const why = reject === 'missing_status' ? withoutStatus(text) : (recognition?.why ?? NOTHING_KNOWS)
    this.#witnessed = { line, format, why, event: null, reject, mismatch }
  }
}

const SHOWN_CHARS = 16

function stopIn(format: Format, text: string, fields: string | null): Stop | null {
  const mismatch = mismatchIn(format, text, fields)
  return mismatch === null ? null : { ...mismatch, found: text.slice(mismatch.at, mismatch.at + SHOWN_CHARS) }
}
