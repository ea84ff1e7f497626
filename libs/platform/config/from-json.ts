import type { Kind } from './kind.js'
import { wrongValue } from './config-error.js'

/**
 * The text of an environment variable as its kind wants it: lists and mappings are JSON. Other text is left to the kind, as are the
 * words of a list between commas. Throws ConfigError for what should be JSON and is not.
 */
export function fromVariable({ structured, secret, allowed }: Kind<unknown>, text: string, variable: string): unknown {
  if (structured === undefined) return text
  if (structured === 'json or words' && !/^\s*[[{]/.test(text)) return text
  try {
    return toMaps(JSON.parse(text))
  } catch {
    throw wrongValue(variable, text, `JSON of ${allowed}`, secret)
  }
}

/** Mappings become Maps, as those of the YAML file are. */
function toMaps(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toMaps)
  if (typeof value !== 'object' || value === null) return value
  return new Map(Object.entries(value).map(([key, item]) => [key, toMaps(item)]))
}
