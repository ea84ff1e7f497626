import { repairJson } from './json-repair.js'
import { jsonDepth } from './json-depth.js'
import { eventOf, type Parsed, type Reading } from './told-event.js'
import { ToldValues } from './told-values.js'

/** What is assumed about a JSON record when its source says nothing. */
export const JSON_READING: Reading = { bareUnit: 'ms', timeZone: 'UTC', maxDepth: 32 }

/**
 * Reads one JSON object: canonical spelling, any alias, and the mistakes that gateways make when they write JSON by hand.
 * Rejects with bad_json, not_an_object, too_deep, missing_status, bad_status, bad_time.
 */
export function parseJsonRecord(text: string, reading: Reading = JSON_READING): Parsed {
  if (jsonDepth(text) > reading.maxDepth) return { reject: 'too_deep' }
  const value = jsonOf(text)
  if (value === undefined) return { reject: 'bad_json' }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { reject: 'not_an_object' }
  const told = new ToldValues()
  told.offerAll(value)
  return eventOf(told, reading)
}

/** The value of a JSON text, mended if need be; undefined when it is no JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return repairedJsonOf(text)
  }
}

function repairedJsonOf(text: string): unknown {
  try {
    return JSON.parse(repairJson(text))
  } catch {
    return undefined
  }
}
