import { eventOf, type Parsed, type Reading } from '../exact/told-event.js'
import { isToldValue, ToldValues } from '../exact/told-values.js'
import type { HttpEvent } from '../http-event.js'
import type { TextLayout, TextReader } from './layout.js'
import type { Match, Mismatch, Pattern, Telling } from './pattern.js'

/** The raw value of a slot by its name in the directive; undefined where the line does not hold it. */
export type RawValues = (name: string) => string | undefined

/** What a pattern alone does not say about a layout. */
export interface PatternTable {
  readonly name: string
  readonly sentence: string
  readonly pattern: Pattern
  /** A cheap first look; false spares a line of another layout the whole reading. */
  looksLike?(line: string): boolean
  /** Whether the line is about a finished request; one that is not is counted as `not_a_request`. */
  isRequest?(raw: RawValues): boolean
  /** Adds what only several values together tell. */
  settle?(event: HttpEvent, raw: RawValues, reading: Reading): Parsed
}

/** The layout of a pattern. A line that is cut behind its status still counts. */
export function patternLayout(table: PatternTable): TextLayout {
  const { name, sentence, pattern } = table
  return {
    kind: 'text',
    name,
    sentence,
    reader: () => new PatternReader(table),
    mismatch: (line) => mismatchOf(pattern, line),
  }
}

/** Where a line stops being of a pattern, for people; null where it does not. */
export function mismatchOf(pattern: Pattern, line: string): Mismatch | null {
  const match = pattern.match(line)
  return 'values' in match ? null : match
}

class PatternReader implements TextReader {
  readonly #needed: ReadonlySet<string>
  readonly #positions: ReadonlyMap<string, number>
  /** The line that was recognised last, so that it is not matched again when it is read. */
  #line = ''
  #match: Match | null = null

  constructor(private readonly table: PatternTable) {
    const status = table.pattern.slots.find(({ tells }) => tells.some(({ field }) => field === 'status'))
    this.#needed = new Set(status === undefined ? [] : [status.name])
    // Of slots with one name the first counts.
    this.#positions = new Map(table.pattern.slots.map(({ name }, position) => [name, position] as const).toReversed())
  }

  recognise(line: string): string | null {
    if (this.table.looksLike?.(line) === false) return null
    const match = this.table.pattern.match(line)
    if (!('values' in match)) return null
    this.#line = line
    this.#match = match
    return `it has all ${match.values.length} values of ${this.table.name}`
  }

  read(line: string, reading: Reading): Parsed {
    const match = this.#matchOf(line)
    if (!('values' in match)) return { reject: 'unreadable' }
    const { pattern, isRequest, settle } = this.table
    const raw: RawValues = (name) => match.values[this.#positions.get(name) ?? -1]
    if (isRequest?.(raw) === false) return { reject: 'not_a_request' }
    const event = eventOf(told(pattern, match), reading)
    return 'reject' in event || settle === undefined ? event : settle(event, raw, reading)
  }

  #matchOf(line: string): Match | Mismatch {
    const known = this.#match
    this.#match = null
    return known !== null && this.#line === line ? known : this.table.pattern.matchCut(line, this.#needed)
  }
}

function told(pattern: Pattern, match: Match): ToldValues {
  const values = new ToldValues()
  for (const [index, slot] of pattern.slots.entries()) {
    const raw = match.values[index]
    if (raw === undefined) continue
    for (const telling of slot.tells) tell(values, telling, telling.decode === undefined ? raw : telling.decode(raw))
  }
  return values
}

/** Of several slots for one field the first that holds something wins. */
function tell(values: ToldValues, telling: Telling, value: unknown): void {
  const present = values.get(telling.field)
  if (value === undefined || (present !== undefined && (isToldValue(present.value) || !isToldValue(value)))) return
  values.tell(telling.field, value, telling)
}
