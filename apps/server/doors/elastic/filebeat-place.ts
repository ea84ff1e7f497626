import { hash } from 'node:crypto'

type Document = Readonly<Record<string, unknown>>

/** A time of the clock, or an epoch number of at least ten digits. */
const TELLS_TIME = /\d\d:\d\d:\d\d|\d{10}/

/**
 * The identity of a line by where Filebeat read it; null: it does not tell. The same when Filebeat reads the file again
 * after a restart, and when the file was renamed meanwhile.
 *
 * The text belongs to it, because a file that is written anew begins at 0 again. A text without a time may stand there
 * again, too: then the time of reading belongs to it, which is the same in a batch that is sent again, but not when the file
 * is read again.
 */
export function filebeatPlace(document: Document | null): string | null {
  const log = objectAt(document, 'log')
  const file = fileOf(objectAt(log, 'file'))
  const offset = log?.['offset']
  const message = document?.['message']
  if (file === null || typeof offset !== 'number' || typeof message !== 'string') return null
  const agent = objectAt(document, 'agent')
  const reader = textOf(agent?.['id']) ?? textOf(agent?.['name']) ?? ''
  const readAt = TELLS_TIME.test(message) ? '' : (textOf(document?.['@timestamp']) ?? '')
  return hash('sha256', [reader, file, offset, message, readAt].join('\0'), 'base64')
}

/** The file itself rather than its path, which another file takes over when logs are rotated. */
function fileOf(file: Document | null): string | null {
  const fingerprint = textOf(file?.['fingerprint'])
  if (fingerprint !== null) return fingerprint
  const device = textOf(file?.['device_id'])
  const inode = textOf(file?.['inode'])
  return device !== null && inode !== null ? `${device}/${inode}` : textOf(file?.['path'])
}

function objectAt(document: Document | null, key: string): Document | null {
  const value = document?.[key]
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Document) : null
}

/** Filebeat writes ids as text, other beats and older releases also as numbers. */
function textOf(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null
}
