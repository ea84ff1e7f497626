import { Refusal } from '../http/refusal.js'

const decoder = new TextDecoder('utf-8')

/** The value of a body that is one JSON text; refuses any other body (`bad_json`). */
export function bodyJson(body: Buffer): unknown {
  try {
    return JSON.parse(decoder.decode(body))
  } catch {
    throw new Refusal('bad_json')
  }
}
