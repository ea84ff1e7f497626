import type { Parsed, Reading } from '../exact/told-event.js'
import type { Mismatch } from './pattern.js'

/** A JSON object as it was parsed; nothing about its members is known. */
export type JsonObject = Readonly<Record<string, unknown>>

/** One way in which gateways write their records, known by name to sources and recognised by itself where none is named. */
export type Layout = JsonLayout | TextLayout

interface Named {
  /** What a source names it by. */
  readonly name: string
  /** One sentence for people. */
  readonly sentence: string
}

/** Records that are JSON objects with the keys of one product. */
export interface JsonLayout extends Named {
  readonly kind: 'json'
  /** Top-level keys in lower case, at least one of which every record of this layout has. The byte scanner leaves such records to the exact path. */
  readonly marks: readonly string[]
  /** What gives the layout away, as `it has …`; null where the record is of another one. */
  recognise(record: JsonObject): string | null
  read(record: JsonObject, reading: Reading): Parsed
  /** The event of a record that is no JSON because it was cut behind its status; null where it is none. Absent: cut records are not read. */
  readCut?(text: string, reading: Reading): Parsed | null
  /** Whether the text of a record shows that a client wrote keys of it. Absent: nothing is looked for. */
  isForged?(text: string): boolean
}

/** Records that are lines of text. */
export interface TextLayout extends Named {
  readonly kind: 'text'
  /** A reader for one body: a layout whose lines begin with a header keeps it there. */
  reader(): TextReader
  /** Where a line stops being of this layout, for people; null where it does not. Absent: the layout cannot tell. */
  mismatch?(line: string): Mismatch | null
}

/** Reads the lines of one body. */
export interface TextReader {
  /** What gives the layout away, as `it has …`; null where the line is of another one. Never throws, linear in the line. */
  recognise(line: string, reading: Reading): string | null
  /** The event of a line, also of one that `recognise` did not know; `header` for a line that only describes others. */
  read(line: string, reading: Reading): Parsed | 'header'
}
