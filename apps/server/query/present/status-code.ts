import type { StatusCode as CatalogEntry } from '#catalog'
import type { StatusCode } from '../models/status-code.js'
import { upper } from '../models/words.js'

/** An entry of the catalogue. */
export function statusCodeModel(entry: CatalogEntry): StatusCode {
  return { ...entry, class: upper(entry.class), outcome: upper(entry.outcome), owner: upper(entry.owner) }
}
