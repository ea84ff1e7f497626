import { hash } from 'node:crypto'
import type { Envelope } from '#event'
import { jsonText } from '../json-text.js'
import { objectIn, type BulkAction } from './bulk-actions.js'

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
  const place = source.includes(OFFSET) ? placeOf(objectIn(source)) : null
  return { record, envelope: place === null ? null : { eventId: place } }
}

/**
 * Where Filebeat read a line: agent, file and offset name the line, and are the same when it is read again after a restart. The
 * text belongs to it, because a file that was rotated begins at 0 again under the same path.
 */
function placeOf(document: Record<string, unknown> | null): string | null {
  const log = document?.['log']
  if (!isObject(log) || !isObject(log['file'])) return null
  const { offset } = log
  const { path } = log['file']
  const message = document?.['message']
  if (typeof offset !== 'number' || typeof path !== 'string' || typeof message !== 'string') return null
  const agent = document?.['agent']
  const name = isObject(agent) ? String(agent['id'] ?? agent['name'] ?? '') : ''
  return hash('sha256', [name, path, offset, message].join('\0'), 'base64')
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
