import type { JsonObject } from './layout.js'

/** Whether a value is a JSON object: no array, not null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value under a dotted path, exact in upper and lower case; a key that itself holds the dots is found too. */
export function valueAt(record: JsonObject, path: string): unknown {
  if (Object.hasOwn(record, path)) return record[path]
  const dot = path.indexOf('.')
  if (dot < 0) return undefined
  const inner = Object.hasOwn(record, path.slice(0, dot)) ? record[path.slice(0, dot)] : undefined
  return isObject(inner) ? valueAt(inner, path.slice(dot + 1)) : undefined
}

/** The text under a dotted path; a number as JavaScript writes it; undefined for anything else. */
export function textAt(record: JsonObject, path: string): string | undefined {
  const value = valueAt(record, path)
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' ? value : undefined
}
