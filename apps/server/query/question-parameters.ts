import { QueryError } from '#store'
import type { Filter, Range } from './models/inputs.js'
import { TIME_FORMS, timeFromText } from './time-text.js'
import { Outcome, Owner, StatusClass } from './models/words.js'

/** The parameters of an address, as Fastify reads them. */
export type RawParameters = Readonly<Record<string, string | string[] | undefined>>

/**
 * Reads the parameters of a REST question and remembers which were read, so that a misspelt one is refused instead of quietly changing the
 * answer. Lists are separated by commas, or the parameter is repeated.
 */
export class QuestionParameters {
  private readonly read = new Set<string>()

  constructor(private readonly raw: RawParameters) {}

  /** The text of a parameter; null when it is absent. */
  text(name: string): string | null {
    this.read.add(name)
    const value = this.raw[name]
    if (Array.isArray(value)) throw bad(name, 'give it once')
    return value ?? null
  }

  /** The texts of a list; null when it is absent. */
  list(name: string): string[] | null {
    this.read.add(name)
    const value = this.raw[name]
    if (value === undefined) return null
    return [value].flat().flatMap((text) => (text === '' ? [] : text.split(',')))
  }

  /** A whole number; null when it is absent. */
  wholeNumber(name: string): number | null {
    const text = this.text(name)
    return text === null ? null : wholeNumber(name, text)
  }

  /** A word of an enum, in any case; null when it is absent. */
  word<Word extends string>(name: string, words: Readonly<Record<Word, Word>>): Word | null {
    const text = this.text(name)
    return text === null ? null : wordOf(name, text, words)
  }

  /** Words of an enum; null when the list is absent. */
  words<Word extends string>(name: string, words: Readonly<Record<Word, Word>>): Word[] | null {
    return this.list(name)?.map((text) => wordOf(name, text, words)) ?? null
  }

  /** true or false; null when it is absent. */
  flag(name: string): boolean | null {
    const text = this.text(name)
    if (text === null) return null
    if (text !== 'true' && text !== 'false') throw bad(name, 'true or false')
    return text === 'true'
  }

  /** `last`, or `from` with or without `to`. */
  range(): Range {
    return { last: this.text('last'), from: this.time('from'), to: this.time('to') }
  }

  /** The range, or null when no part of one is given. */
  rangeIfAny(): Range | null {
    const range = this.range()
    return range.last === null && range.from === null && range.to === null ? null : range
  }

  /** The parameters `filter.…`. */
  filter(): Filter {
    return {
      source: this.list('filter.source'),
      gateway: this.list('filter.gateway'),
      service: this.list('filter.service'),
      route: this.list('filter.route'),
      method: this.list('filter.method'),
      protocol: this.list('filter.protocol'),
      code: this.list('filter.code')?.map((text) => wholeNumber('filter.code', text)) ?? null,
      class: this.words('filter.class', StatusClass),
      outcome: this.words('filter.outcome', Outcome),
      owner: this.words('filter.owner', Owner),
      errorsOnly: this.flag('filter.errorsOnly'),
    }
  }

  /** Throws QueryError when there is a parameter that nobody read. */
  refuseOthers(): void {
    const other = Object.keys(this.raw).find((name) => !this.read.has(name))
    if (other === undefined) return
    const allowed = this.read.size === 0 ? 'this address takes none' : `allowed: ${[...this.read].join(', ')}`
    throw bad(other.slice(0, 100), `unknown; ${allowed}`)
  }

  private time(name: string): Date | null {
    const text = this.text(name)
    if (text === null) return null
    const time = timeFromText(text)
    if (time === null) throw bad(name, `${TIME_FORMS}; in an address + is written %2B`)
    return time
  }
}

function wholeNumber(name: string, text: string): number {
  if (!/^-?\d{1,9}$/.test(text)) throw bad(name, 'a whole number')
  return Number(text)
}

function wordOf<Word extends string>(name: string, text: string, words: Readonly<Record<Word, Word>>): Word {
  const word = Object.values<Word>(words).find((known) => known === text.toUpperCase())
  if (word === undefined) throw bad(name, `allowed: ${Object.keys(words).join(', ')}`)
  return word
}

function bad(name: string, reason: string): QueryError {
  return new QueryError('bad_user_input', `${name}: ${reason}`)
}
