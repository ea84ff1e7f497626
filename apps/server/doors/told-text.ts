/** Longest text that an envelope tells; a longer one is cut. */
const MAX_LENGTH = 200
/** What loggers write for nothing. */
const NOTHING: ReadonlySet<string> = new Set(['', '-', 'null', 'undefined'])

/** A text from a wrapping as an envelope may tell it; undefined where it is none, or says nothing. */
export function toldText(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const trimmed = value.slice(0, 2 * MAX_LENGTH).trim()
  if (NOTHING.has(trimmed)) return undefined
  return trimmed.slice(0, MAX_LENGTH).toWellFormed().replaceAll('\0', '\uFFFD')
}

/** The first of these keys that has a text; undefined where none has. */
export function firstToldText(values: Readonly<Record<string, unknown>>, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const text = toldText(values[key])
    if (text !== undefined) return text
  }
  return undefined
}
