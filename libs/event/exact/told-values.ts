import { isAbsent } from '../value/absent.js'
import { aliasOf, isAliasPrefix, type Alias, type Field } from './alias.js'
import type { Spelling } from './spelling.js'

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

  /** Sets the value of a field, whatever was told before. */
  tell(field: Field, value: unknown, spelling: Spelling): void {
    this.#told.set(field, { value, alias: { ...spelling, field, rank: 0 } })
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
  const isTold = isToldValue(value)
  const wasTold = isToldValue(present.value)
  return isTold === wasTold ? alias.rank <= present.alias.rank : isTold
}

/** Whether a value is more than a word for "there was none". */
export function isToldValue(value: unknown): boolean {
  return value !== null && (typeof value !== 'string' || !isAbsent(value.trim()))
}
