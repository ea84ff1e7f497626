import { aliasOf, type Field } from '../exact/alias.js'
import { readSpelling } from '../exact/spelling.js'
import type { Telling } from '../layout/pattern.js'

/**
 * What the values of a variable hold, and so how far they reach: `word` no spaces; `list` words joined by `, ` or ` : `;
 * `rare` spaces only in odd requests; `spaces` spaces as a rule.
 */
export type Reach = 'word' | 'list' | 'rare' | 'spaces'

/** A value that a directive writes. */
export interface Variable {
  /** As the directive names it, e.g. `$request_time`. */
  readonly name: string
  readonly reach: Reach
  /** The field with the rank of this variable among those that tell it; the lowest is the best. */
  readonly tells: readonly RankedTelling[]
  /** The form that every value has, anchored where it is tried (sticky). */
  readonly form?: RegExp
  /** The form of a word without which a line is of another layout (sticky). Unlike `form` it takes no neighbours apart. */
  readonly only?: RegExp
  /** What every value begins with that is not empty. */
  readonly begins?: string
  /** Characters that no value holds as it is written. */
  readonly never?: string
  /** A quote within the value has a backslash before it. */
  readonly isEscaped?: boolean
  /** The gateway or its operator chooses the value, so that nobody can feign with it what stands behind it. */
  readonly isInternal?: boolean
}

export interface RankedTelling extends Telling {
  readonly rank: number
}

/** What a directive is made of: literal text and values. */
export type Token = string | Variable

/** Why a directive cannot be compiled, with what is allowed instead. */
export interface Problem {
  readonly problem: string
}

/** Whether something is a problem. */
export function isProblem(value: object): value is Problem {
  return 'problem' in value
}

/** What a directive writes: its values, how they are escaped. */
export interface Written {
  readonly tokens: readonly Token[]
  /** Characters that are escaped in every value, so that they end it; `"` and a tab, or none. */
  readonly never: string
  /** Undoes the escapes of a value in a line of text. */
  unescape(raw: string): string
}

/** Fields by the names that tell them, best first; before a name may stand a unit or `start:`. */
export type Names = Partial<Readonly<Record<Field, string>>>

/** The tellings of every name in a table. */
export function tellingsOf(names: Names): ReadonlyMap<string, readonly RankedTelling[]> {
  const all = Object.entries(names).flatMap(([field, words]) =>
    words.split(' ').map((word, rank) => ({ ...readSpelling(word), field: field as Field, rank })),
  )
  return Map.groupBy(all, ({ key }) => key)
}

/** Fields that a variable of the operator's own may tell by its name: of times and durations nobody knows the unit. */
const OWN: ReadonlySet<Field> = new Set<Field>([
  'gateway',
  'service',
  'route',
  'host',
  'consumer',
  'requestId',
  'traceId',
  'grpcStatus',
])
/** Behind all that the product itself knows of the field. */
const OWN_RANK = 100

/** What a variable of the operator's own tells whose name is a key of the dictionary. */
export function ownTellingsOf(name: string): readonly RankedTelling[] {
  const alias = aliasOf(name.toLowerCase())
  return alias !== undefined && OWN.has(alias.field) ? [{ ...alias, rank: OWN_RANK + alias.rank }] : []
}

/**
 * Leaves away what would hide something better: of several values for one field the first in the line wins, so a worse one
 * may only stand behind the better.
 */
export function bestOnly(tokens: readonly Token[]): Token[] {
  const best = new Map<Field, number>()
  const result = tokens.toReversed().map((token) => {
    if (typeof token === 'string') return token
    const tells = token.tells.filter(({ field, rank }) => rank <= (best.get(field) ?? rank))
    for (const { field, rank } of tells) best.set(field, rank)
    return { ...token, tells }
  })
  return result.toReversed()
}
