import type { Envelope } from '#event'
import { jsonText } from '../json-text.js'
import { objectIn, type BulkAction } from './bulk-actions.js'
import { filebeatPlace } from './filebeat-place.js'

/** A document as it is counted: its bytes, and what is known about it beside them. */
export interface Document {
  readonly record: string | Uint8Array
  readonly envelope: Envelope | null
}

const OFFSET = Buffer.from('"offset"')

/** The document of an action; of an update the part that is given. */
export function documentOf({ kind, index, id, source = Buffer.alloc(0) }: BulkAction): Document {
  const inner = kind === 'update' ? objectIn(source)?.['doc'] : undefined
  const record = inner === undefined ? source : jsonText(inner)
  // The same id in another index is another document.
  if (id !== null) return { record, envelope: { eventId: `${index}/${id}` } }
  const place = source.includes(OFFSET) ? filebeatPlace(objectIn(source)) : null
  return { record, envelope: place === null ? null : { eventId: place } }
}
