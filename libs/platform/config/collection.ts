import { ConfigError } from './config-error.js'
import { refuse, type Kind } from './kind.js'
import { nearest } from './nearest.js'

/** A field of a record: how to read it and whether it may be absent. */
export interface Field<T> {
  readonly kind: Kind<T>
  readonly optional: boolean
}

type Fields = Readonly<Record<string, Field<unknown>>>
type RequiredNames<F extends Fields> = {
  [Name in keyof F]: F[Name] extends { optional: false } ? Name : never
}[keyof F]
type ValueOf<F> = F extends Field<infer T> ? T : never

/** What a record with these fields holds. */
export type RecordOf<F extends Fields> = { readonly [Name in RequiredNames<F>]: ValueOf<F[Name]> } & {
  readonly [Name in Exclude<keyof F, RequiredNames<F>>]?: ValueOf<F[Name]>
}

/** A field that must be there. */
export function must<T>(kind: Kind<T>): { kind: Kind<T>; optional: false } {
  return { kind, optional: false }
}

/** A field that may be absent. */
export function may<T>(kind: Kind<T>): { kind: Kind<T>; optional: true } {
  return { kind, optional: true }
}

/** A mapping with known keys; an unknown key is an error that names the nearest. */
export function record<const F extends Fields>(fields: F): Kind<RecordOf<F>> {
  const names = Object.keys(fields)
  const allowed = `a mapping with ${names.map((name) => (fields[name]?.optional === true ? `[${name}]` : name)).join(', ')}`
  const hidden = Object.values(fields).some(({ kind }) => kind.secret === true)
  return {
    allowed,
    secret: hidden,
    structured: 'json',
    read: (value, setting) => {
      const given = mapping(value) ?? refuse(setting, value, allowed, hidden)
      refuseUnknownKeys(given, names, setting)
      return Object.fromEntries(present(fields, given, setting)) as RecordOf<F>
    },
  }
}

function present(fields: Fields, given: ReadonlyMap<string, unknown>, setting: string): [string, unknown][] {
  const read: [string, unknown][] = []
  for (const [name, { kind, optional }] of Object.entries(fields)) {
    const path = `${setting}.${name}`
    if (given.has(name)) read.push([name, kind.read(given.get(name), path)])
    else if (!optional) throw new ConfigError(`${path} is missing; allowed: ${kind.allowed}`)
  }
  return read
}

/** A list; in an environment variable JSON, or its items between commas where each is a single word. */
export function listOf<T>(kind: Kind<T>, maximum = 10_000): Kind<readonly T[]> {
  const allowed = `a list of at most ${maximum}, each ${kind.allowed}`
  return {
    allowed,
    secret: kind.secret === true,
    structured: kind.structured === undefined ? 'json or words' : 'json',
    read: (value, setting) => {
      const words = typeof value === 'string' && kind.structured === undefined
      const items = words ? value.split(',').map((item) => item.trim()) : value
      if (!Array.isArray(items) || items.length > maximum) return refuse(setting, value, allowed, kind.secret)
      return items.map((item, index) => kind.read(item, `${setting}[${index}]`))
    },
  }
}

/** A mapping with keys of the operator's choice. */
export function mapOf<T>(kind: Kind<T>, what: string): Kind<ReadonlyMap<string, T>> {
  const allowed = `a mapping from ${what} to ${kind.allowed}`
  return {
    allowed,
    secret: kind.secret === true,
    structured: 'json',
    read: (value, setting) => {
      const given = mapping(value) ?? refuse(setting, value, allowed, kind.secret)
      return new Map(Array.from(given, ([name, item]) => [name, kind.read(item, `${setting}.${name}`)]))
    },
  }
}

/** A YAML mapping as a Map, so that a key such as __proto__ is a key like any other; undefined for anything else. */
export function mapping(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (!(value instanceof Map)) return undefined
  return new Map(Array.from(value, ([key, item]) => [String(key), item]))
}

/** Throws ConfigError for the first key that nobody knows, with the known one that is near, else with all that are allowed. */
export function refuseUnknownKeys(
  given: ReadonlyMap<string, unknown>,
  known: readonly string[],
  setting: string,
): void {
  const unknown = Array.from(given.keys()).find((key) => !known.includes(key))
  if (unknown === undefined) return
  const path = setting === '' ? unknown : `${setting}.${unknown}`
  const near = nearest(unknown, known)
  const advice = near === undefined ? `allowed: ${known.join(', ')}` : `did you mean ${near}?`
  throw new ConfigError(`${JSON.stringify(path.slice(0, 100)).slice(1, -1)} is not a setting; ${advice}`)
}
