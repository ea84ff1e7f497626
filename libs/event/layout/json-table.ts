import type { Field } from '../exact/alias.js'
import { readSpelling, type Spelling } from '../exact/spelling.js'
import { eventOf, type Parsed, type Reading } from '../exact/told-event.js'
import { isToldValue, ToldValues } from '../exact/told-values.js'
import type { HttpEvent } from '../http-event.js'
import type { JsonLayout, JsonObject } from './layout.js'
import { valueAt } from './value-at.js'

/** A JSON layout as a table: where each field stands, and what the keys alone cannot say. */
export interface JsonTable extends Omit<JsonLayout, 'kind' | 'read'> {
  /**
   * Dotted paths by field, the first told wins. A word before a colon is the unit of a duration (`ms:latencies.request`) or
   * marks a time as the start of the request (`start:started_at`).
   */
  readonly fields: Partial<Readonly<Record<Field, string>>>
  /** Whether the record is about a finished request; one that is not is counted as `not_a_request`. */
  isRequest?(record: JsonObject): boolean
  /** Adds what only several keys together tell: owner, flags, detail. */
  settle?(event: HttpEvent, record: JsonObject, reading: Reading): Parsed
}

/** The layout of a table. */
export function jsonLayout(table: JsonTable): JsonLayout {
  const fields = Object.entries(table.fields).map(
    ([field, words]) => [field as Field, words.split(' ').map(readSpelling)] as const,
  )
  return {
    kind: 'json',
    name: table.name,
    sentence: table.sentence,
    marks: table.marks,
    recognise: (record) => table.recognise(record),
    read: (record, reading) => {
      if (table.isRequest?.(record) === false) return { reject: 'not_a_request' }
      const told = new ToldValues()
      for (const [field, spellings] of fields) tellFirst(told, field, spellings, record)
      const event = eventOf(told, reading)
      return 'reject' in event || table.settle === undefined ? event : table.settle(event, record, reading)
    },
  }
}

/** A value that is there but absent is told too, where no other is: an upstream status of `-` says that none answered. */
function tellFirst(told: ToldValues, field: Field, spellings: readonly Spelling[], record: JsonObject): void {
  let absent: { readonly value: unknown; readonly spelling: Spelling } | undefined
  for (const spelling of spellings) {
    const value = valueAt(record, spelling.key)
    if (value === undefined) continue
    if (isToldValue(value)) return told.tell(field, value, spelling)
    absent ??= { value, spelling }
  }
  if (absent !== undefined) told.tell(field, absent.value, absent.spelling)
}

/** Why a record is of a layout whose keys are all there, for `recognise`; null where one is missing. */
export function hasAll(record: JsonObject, ...paths: readonly string[]): string | null {
  return paths.every((path) => valueAt(record, path) !== undefined) ? `it has ${paths.join(' and ')}` : null
}
