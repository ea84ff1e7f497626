import { isAbsent } from '../../value/absent.js'
import type { NamedValue } from '../field-table.js'
import type { Mismatch } from '../pattern.js'

/** What the values under a name look like; a row with another one has other columns than it was taken for. */
const SHAPES: ReadonlyMap<string, RegExp> = new Map([
  ['date', /^\d{4}-\d\d-\d\d$/],
  ['time', /^\d\d:\d\d:\d\d(?:\.\d{1,6})?$/],
  ['timestamp', /^\d{10}(?:\.\d{1,9})?$/],
  ['sc-status', /^(?:\d{3}|0)$/],
  ['sc-substatus', /^\d{1,5}$/],
  ['sc-win32-status', /^\d{1,10}$/],
  ['time-taken', /^\d{1,9}(?:\.\d{1,9})?$/],
  ['sc-bytes', /^\d{1,16}$/],
  ['s-port', /^\d{1,5}$/],
  ['cs-method', /^[A-Za-z_-]{1,32}$/],
  ['s-ip', /^[0-9A-Fa-f.:%]{2,64}$/],
  ['c-ip', /^[0-9A-Fa-f.:%]{2,64}$/],
  ['x-edge-location', /^[A-Z]{3}[0-9A-Z-]{1,16}$/],
])

/** The values of one row: those that its columns name, and the rest of a row that is cut. */
export interface W3cRow {
  readonly value: NamedValue
  /** True where the row ends before its columns do. */
  readonly isCut: boolean
}

/** No log has more columns; the bound keeps a header from making every row behind it slow. */
export const MAX_W3C_COLUMNS = 256

/** The columns of a W3C extended log, as a `#Fields` line names them. */
export class W3cColumns {
  /** Columns up to the status: a row that is cut behind it still counts. */
  readonly untilStatus: number
  readonly #positions: ReadonlyMap<string, number>

  private constructor(readonly names: readonly string[]) {
    this.#positions = new Map(names.map((name, position) => [name, position] as const))
    this.untilStatus = (this.#positions.get('sc-status') ?? names.length - 1) + 1
  }

  /** The columns of a `#Fields: …` line, or of the names alone, one more than there may be at most; spaces or tabs separate them. */
  static of(fieldsLine: string): W3cColumns {
    const words = fieldsLine.replace(/^\s{0,8}#Fields:/i, '').split(/[ \t]+/, MAX_W3C_COLUMNS + 2)
    const names = words.filter((word) => word !== '').slice(0, MAX_W3C_COLUMNS + 1)
    return new W3cColumns(names.map((name) => name.toLowerCase()))
  }

  has(name: string): boolean {
    return this.#positions.has(name)
  }

  /** Whether the columns are those of CloudFront, whatever was chosen of them. */
  get isCloudFront(): boolean {
    return this.names.some((name) => name.startsWith('x-edge-'))
  }

  /**
   * The values of a line in these columns, which tabs or spaces separate; null where it has more values, or one that cannot
   * stand in its column. `minimum`: values that it must have.
   */
  row(line: string, minimum = this.names.length): W3cRow | null {
    const values = this.#valuesOf(line)
    if (values.length < minimum || values.length > this.names.length) return null
    const fits = values.every((value, at) => {
      const shape = SHAPES.get(this.names[at] ?? '')
      return shape === undefined || isAbsent(value) || shape.test(value)
    })
    const value = (name: string) => values[this.#positions.get(name.toLowerCase()) ?? -1]
    return fits ? { value, isCut: values.length < this.names.length } : null
  }

  /** Where a line stops being of these columns, for people; null where it does not before it ends behind the status. */
  mismatch(line: string): Mismatch | null {
    let at = 0
    const values = this.#valuesOf(line)
    for (const [index, value] of values.entries()) {
      const name = this.names[index]
      if (name === undefined) return { at, expected: `the end of the line behind ${this.names.at(-1)}` }
      const shape = SHAPES.get(name)
      if (shape?.test(value) === false && !isAbsent(value)) return { at, expected: name }
      at += (line.startsWith(value, at) ? value.length : QUOTES + value.replaceAll('"', '""').length) + 1
    }
    return values.length < this.untilStatus ? { at: line.length, expected: this.names[values.length] ?? '' } : null
  }

  #valuesOf(line: string): string[] {
    const limit = this.names.length + 1
    if (line.includes('\t')) return line.split('\t', limit)
    const values = line.split(' ', limit)
    // IIS quotes nothing, so a quote is the client's. Others quote what holds spaces.
    return values.length === limit && line.includes('"') ? quotedValuesOf(line, limit) : values
  }
}

/** Characters around a quoted value. */
const QUOTES = 2

/** Values as the standard quotes them: `"` around, `""` for a quote inside. */
function quotedValuesOf(line: string, limit: number): string[] {
  const values: string[] = []
  let from = 0
  while (from < line.length && values.length < limit) {
    const end = line[from] === '"' ? closingQuote(line, from + 1) : line.indexOf(' ', from)
    if (line[from] === '"' && end >= 0) {
      values.push(line.slice(from + 1, end).replaceAll('""', '"'))
      from = end + 2
    } else {
      const space = line.indexOf(' ', from)
      const to = space < 0 ? line.length : space
      values.push(line.slice(from, to))
      from = to + 1
    }
  }
  return values
}

/** A quote before a space or the end; -1: none. */
function closingQuote(line: string, from: number): number {
  for (let i = from; i < line.length; i++) {
    if (line[i] !== '"') continue
    if (line[i + 1] === '"') i++
    else if (i + 1 === line.length || line[i + 1] === ' ') return i
  }
  return -1
}
