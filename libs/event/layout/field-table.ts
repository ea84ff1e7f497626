import type { Field } from '../exact/alias.js'
import { readSpelling, type Spelling } from '../exact/spelling.js'
import { isToldValue, ToldValues } from '../exact/told-values.js'

/** The value of a record under the name that its layout gives it; undefined where the record does not hold it. */
export type NamedValue = (name: string) => unknown

/**
 * Which names tell a field. Words are separated by spaces, the first told wins. A word before a colon is the unit of a
 * duration (`s:time-taken`) or marks a time as the start of the request.
 */
export type FieldNames = Partial<Readonly<Record<Field, string>>>

/** Fields by name, for layouts that are no JSON table. */
export class FieldTable {
  readonly #fields: readonly (readonly [Field, readonly Spelling[]])[]

  constructor(names: FieldNames) {
    this.#fields = Object.entries(names).map(([field, words]) => [field as Field, words.split(' ').map(readSpelling)])
  }

  /** What a record tells; a value that only says that there is none is told where no other is. */
  told(valueOf: NamedValue): ToldValues {
    const told = new ToldValues()
    for (const [field, spellings] of this.#fields) {
      const values = spellings.map((spelling) => ({ spelling, value: valueOf(spelling.key) }))
      const found =
        values.find(({ value }) => value !== undefined && isToldValue(value)) ??
        values.find(({ value }) => value !== undefined)
      if (found !== undefined) told.tell(field, found.value, found.spelling)
    }
    return told
  }
}
