import { MAX_LABEL_BYTES } from './scan/limit.js'
import { isAbsent } from './value/absent.js'

export { MAX_LABEL_BYTES }

/** A text as it may be stored: well-formed Unicode, and U+FFFD for NUL, which Postgres cannot hold in text. */
export function storable(text: string): string {
  const wellFormed = text.toWellFormed()
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', '\uFFFD') : wellFormed
}

/** A label: trimmed, storable, at most MAX_LABEL_BYTES; undefined for the words that mean "absent". */
export function labelOf(text: string): string | undefined {
  const trimmed = text.trim()
  return isAbsent(trimmed) ? undefined : cutToBytes(storable(trimmed), MAX_LABEL_BYTES)
}

/** The longest head of a well-formed text that takes at most `limit` UTF-8 bytes. */
export function cutToBytes(text: string, limit: number): string {
  if (text.length * 3 <= limit) return text
  const { read } = encoder.encodeInto(text, new Uint8Array(limit))
  return text.slice(0, read)
}

const encoder = new TextEncoder()
