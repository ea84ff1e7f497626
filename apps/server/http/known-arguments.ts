import { Refusal } from './refusal.js'

/** Throws a `Refusal` that names what is allowed, where `given` (a parsed query or JSON object) has anything else. */
export function refuseUnknown(given: object, allowed: readonly string[], what: 'parameters' | 'fields'): void {
  const unknown = Object.keys(given).find((name) => !allowed.includes(name))
  if (unknown === undefined) return
  const reason = allowed.length === 0 ? `there are no ${what} here` : `unknown; the ${what} are ${allowed.join(', ')}`
  throw wrong(unknown.slice(0, 100), reason)
}

/** The members of a body that may be left out. Throws a `Refusal` for anything but an object. */
export function membersOf(body: unknown): Readonly<Record<string, unknown>> {
  if (body === undefined || body === null) return {}
  if (typeof body !== 'object' || Array.isArray(body)) throw new Refusal('bad_json')
  return body as Record<string, unknown>
}

export function wrong(argument: string, reason: string): Refusal {
  return new Refusal('bad_argument', { argument, reason })
}
