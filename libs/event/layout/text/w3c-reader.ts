import type { Parsed, Reading } from '../../exact/told-event.js'
import type { NamedValue } from '../field-table.js'
import type { TextReader } from '../layout.js'
import type { Mismatch } from '../pattern.js'
import { MAX_W3C_COLUMNS, W3cColumns, type W3cRow } from './w3c-columns.js'

/** What tells one product's W3C log from another's. */
export interface W3cDialect {
  /** Whose columns they are, for people. */
  readonly whose: string
  /** Columns of bodies that begin behind their header, most usual first; each line must fit one of them entirely. */
  readonly defaults: readonly W3cColumns[]
  /** Whether a header is of this product. */
  isOwn(columns: W3cColumns): boolean
  /** Whether the other lines that begin with `#` tell something here. */
  readonly hasDirectives: boolean
  event(value: NamedValue, header: W3cHeader, reading: Reading): Parsed
}

/** What the lines that begin with `#` told so far. */
export interface W3cHeader {
  /** The day that the header names, for rows that only have a time. */
  readonly date?: string
  readonly software?: string
}

const DIRECTIVE = /^#(Version|Fields|Software|SubComponent|Start-Date|End-Date|Date|Remark|Gap-List):/i
const DAY = /^\d{4}-\d\d-\d\d/

/** Where a line stops being of the columns that fit it best, of those of bodies that begin behind their header. */
export function mismatchOfDefaults({ defaults }: W3cDialect, line: string): Mismatch | null {
  const found = defaults.map((columns) => columns.mismatch(line))
  if (found.includes(null)) return null
  return found.flatMap((each) => each ?? []).toSorted((a, b) => b.at - a.at)[0] ?? null
}

/** Reads the lines of one body. A header in the middle of it may change the columns. */
export class W3cReader implements TextReader {
  #columns: W3cColumns | null
  #header: W3cHeader = {}

  /** `columns`: of bodies without a header; null: those of the dialect. */
  constructor(
    private readonly dialect: W3cDialect,
    columns: W3cColumns | null = null,
  ) {
    this.#columns = columns
  }

  recognise(line: string): string | null {
    if (line.startsWith('#')) return this.#recogniseDirective(line)
    if (this.#columns !== null) {
      const row = this.#rowOf(line)
      return row === null ? null : 'it has the columns that the header names'
    }
    return this.#defaultRowOf(line) === null ? null : `it has the columns of ${this.dialect.whose}`
  }

  read(line: string, reading: Reading): Parsed | 'header' {
    if (line.startsWith('#')) return this.#readDirective(line)
    const row = this.#columns === null ? this.#defaultRowOf(line) : this.#rowOf(line)
    // IIS fills its files with zeros ahead of what it writes.
    if (row === null) return line.startsWith('\0') ? 'header' : { reject: 'unreadable' }
    return this.dialect.event(row.value, this.#header, reading)
  }

  #recogniseDirective(line: string): string | null {
    const word = DIRECTIVE.exec(line)?.[1]?.toLowerCase()
    if (word === undefined) return null
    const isOwn = word === 'fields' ? this.dialect.isOwn(W3cColumns.of(line)) : this.dialect.hasDirectives
    return isOwn ? 'it is a directive of a W3C extended log' : null
  }

  #readDirective(line: string): 'header' {
    const word = DIRECTIVE.exec(line)?.[1]?.toLowerCase()
    const text = line.slice(line.indexOf(':') + 1).trim()
    if (word === 'fields') this.#takeColumns(W3cColumns.of(line))
    if (word === 'software') this.#header = { ...this.#header, software: text }
    if (word === 'date' || word === 'start-date') this.#header = { ...this.#header, ...dayOf(text) }
    return 'header'
  }

  /** A header that cannot be one leaves the columns as they were. */
  #takeColumns(columns: W3cColumns): void {
    if (columns.names.length > 0 && columns.names.length <= MAX_W3C_COLUMNS) this.#columns = columns
  }

  /** A line that is cut counts where it is cut behind the status. */
  #rowOf(line: string): W3cRow | null {
    return this.#columns?.row(line, this.#columns.untilStatus) ?? null
  }

  #defaultRowOf(line: string): W3cRow | null {
    for (const columns of this.dialect.defaults) {
      const row = columns.row(line)
      if (row !== null && hasAll(row, 'date', 'time', 'sc-status')) return row
    }
    return null
  }
}

function hasAll(row: W3cRow, ...names: readonly string[]): boolean {
  return names.every((name) => row.value(name) !== '-')
}

function dayOf(text: string): W3cHeader {
  const date = DAY.exec(text)?.[0]
  return date === undefined ? {} : { date }
}
