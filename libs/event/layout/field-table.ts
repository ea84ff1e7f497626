import type { Field } from '../exact/alias.js'
import { readSpelling, type Spelling } from '../exact/spelling.js'
import { isToldValue, ToldValues } from '../exact/told-values.js'

/** The value of a record under the name that its layout gives it; undefined where the record does not hold it. */
export type NamedValue = (name: string) => unknown

/**
 * Which names tell a field. Words are separated by spaces, the first told wins. A word before a colon is the unit of a
 * duration (`s:time-taken`) or marks a time as the start of the request (`start:started_at`).
 */
export type FieldNames = Partial<Readonly<Record<Field, string>>>

/** Where the fields of a record stand, by the names that its layout gives them. */
export class FieldTable {
  readonly #fields: readonly (readonly [Field, readonly Spelling[]])[]

  constructor(names: FieldNames) {
    this.#fields = Object.entries(names).map(([field, words]) => [field as Field, words.split(' ').map(readSpelling)])
  }

  /** What a record tells; a value that only says that there is none (an upstream status of `-`) is told where no other is. */
  told(valueOf: NamedValue): ToldValues {
    const told = new ToldValues()
    for (const [field, spellings] of this.#fields) tellFirst(told, field, spellings, valueOf)
    return told
  }
}

function tellFirst(told: ToldValues, field: Field, spellings: readonly Spelling[], valueOf: NamedValue): void {
  let absent: { readonly value: unknown; readonly spelling: Spelling } | undefined
  for (const spelling of spellings) {
    const value = valueOf(spelling.key)
    if (value === undefined) continue
    if (isToldValue(value)) return told.tell(field, value, spelling)
    absent ??= { value, spelling }
  }
  if (absent !== undefined) told.tell(field, absent.value, absent.spelling)
}
