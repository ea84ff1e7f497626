import { eventOf, type Parsed, type Reading } from '../exact/told-event.js'
import type { HttpEvent } from '../http-event.js'
import { FieldTable, type FieldNames } from './field-table.js'
import type { JsonLayout, JsonObject } from './layout.js'
import { valueAt } from './value-at.js'

/** A JSON layout as a table: where each field stands, and what the keys alone cannot say. */
export interface JsonTable extends Omit<JsonLayout, 'kind' | 'read'> {
  /** The names are dotted paths: `ms:latencies.request`. */
  readonly fields: FieldNames
  /** Whether the record is about a finished request; one that is not is counted as `not_a_request`. */
  isRequest?(record: JsonObject): boolean
  /** Adds what only several keys together tell: owner, flags, detail. */
  settle?(event: HttpEvent, record: JsonObject, reading: Reading): Parsed
}

/** The layout of a table. */
export function jsonLayout(table: JsonTable): JsonLayout {
  const fields = new FieldTable(table.fields)
  return {
    kind: 'json',
    name: table.name,
    sentence: table.sentence,
    marks: table.marks,
    recognise: (record) => table.recognise(record),
    read: (record, reading) => {
      if (table.isRequest?.(record) === false) return { reject: 'not_a_request' }
      const event = eventOf(
        fields.told((path) => valueAt(record, path)),
        reading,
      )
      return 'reject' in event || table.settle === undefined ? event : table.settle(event, record, reading)
    },
  }
}

/** Why a record is of a layout whose keys are all there, for `recognise`; null where one is missing. */
export function hasAll(record: JsonObject, ...paths: readonly string[]): string | null {
  return paths.every((path) => valueAt(record, path) !== undefined) ? `it has ${paths.join(' and ')}` : null
}
