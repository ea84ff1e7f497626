import { isAbsent } from '../value/absent.js'
import { aliasOf, isAliasPrefix, type Alias, type Field } from './alias.js'

/** A value as the record held it, with the spelling that won. */
export interface Told {
  readonly value: unknown
  readonly alias: Alias
}

/**
 * The winning value of every field in a record: of the values that are not absent the one with the lowest rank; where all
 * are absent the record still tells that there was none. Of equal keys the later wins.
 */
export class ToldValues {
  readonly #told = new Map<Field, Told>()

  /** The winning value of a field; undefined where no key of the record names it. */
  get(field: Field): Told | undefined {
    return this.#told.get(field)
  }

  /** Offers one value under a lower-cased, dotted key. */
  offer(key: string, value: unknown): void {
    const alias = aliasOf(key)
    if (alias === undefined) return
    const present = this.#told.get(alias.field)
    if (present === undefined || beats(value, alias, present)) this.#told.set(alias.field, { value, alias })
  }

  /** Offers everything in a parsed object, descending only where an alias may lie. */
  offerAll(record: object, prefix = ''): void {
    for (const [name, value] of Object.entries(record)) {
      const key = prefix + name.toLowerCase()
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
        if (isAliasPrefix(key)) this.offerAll(value as object, `${key}.`)
      } else {
        this.offer(key, value)
      }
    }
  }
}

function beats(value: unknown, alias: Alias, present: Told): boolean {
  const isTold = !isAbsentValue(value)
  const wasTold = !isAbsentValue(present.value)
  return isTold === wasTold ? alias.rank <= present.alias.rank : isTold
}

function isAbsentValue(value: unknown): boolean {
  return value === null || (typeof value === 'string' && isAbsent(value.trim()))
}
