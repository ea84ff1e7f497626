import type { Field } from '../exact/alias.js'
import type { Spelling } from '../exact/spelling.js'
import { GUARDED } from './guarded.js'

/**
 * How far a value reaches: `word` to the next space; `quoted` to the next literal, where a backslash escapes a character;
 * `list` over several words joined by `, ` or ` : ` as nginx writes its upstreams; `free` to the next literal.
 * `loose` is a free value that the client chooses and the gateway does not escape: it may hold the literal behind it, so what
 * follows is read from the end of the line.
 */
export type Shape = 'word' | 'quoted' | 'list' | 'free' | 'loose'

/** What a value tells. */
export interface Telling extends Spelling {
  readonly field: Field
  /** Undoes the escapes of the value, or picks what is meant out of it. */
  decode?(raw: string): unknown
}

/** A place for a value. */
export interface Slot {
  /** As the directive names it, e.g. `$request_time`. */
  readonly name: string
  readonly shape: Shape
  readonly tells: readonly Telling[]
  /** Of a loose value: nobody can feign with it what stands behind it. */
  readonly isCertain?: boolean
  /** Where the value that begins at `from` ends, in place of what the shape says; -1: no such value begins there. */
  end?(line: string, from: number): number
}

/** A literal text, or a place for a value. */
export type Piece = string | Slot

/** What a line holds in each slot, by position in the pattern's slots; undefined from where the line was cut. */
export interface Match {
  readonly values: readonly (string | undefined)[]
  /** True where the line ends before the pattern does. */
  readonly isCut: boolean
}

/** Where a line stops being what the pattern says. */
export interface Mismatch {
  /** Characters from the start of the line. */
  readonly at: number
  readonly expected: string
}

/**
 * A line as literals with values between them. Reading is linear in the line: every value ends at the first place where its
 * literal stands, and no choice is ever taken back, but for loose values, which are bounded from both sides: by what stands
 * before them, and by the end of the line or the next literal with a character that no value holds.
 */
export class Pattern {
  readonly slots: readonly Slot[]
  readonly #pieces: readonly Piece[]
  /** Where each piece holds a character that no value holds; -1: nowhere. */
  readonly #hard: readonly number[]
  readonly #hasLoose: boolean

  /** `pieces` alternate: between two slots stands a literal. `never`: characters that no value holds without a backslash before. */
  constructor(pieces: readonly Piece[], never = '') {
    this.#pieces = pieces
    this.#hard = pieces.map((piece) =>
      typeof piece === 'string' ? Array.from(piece).findIndex((character) => never.includes(character)) : -1,
    )
    this.slots = pieces.filter((piece) => typeof piece !== 'string')
    this.#hasLoose = this.slots.some(({ shape }) => shape === 'loose')
  }

  /** Reads a line that may go on behind the pattern, but not end before it. */
  match(line: string): Match | Mismatch {
    if (this.#hasLoose) {
      const certain = new Map<Piece, string>()
      if (this.#read(line, certain, true) === null) return this.#matched(certain, false)
    }
    const values = new Map<Piece, string>()
    return this.#read(line, values, false) ?? this.#matched(values, false)
  }

  /** The same, but a line that is cut behind `needed` (names of slots) is taken for what is left of it. */
  matchCut(line: string, needed: ReadonlySet<string>): Match | Mismatch {
    const whole = this.match(line)
    if ('values' in whole) return whole
    const values = new Map<Piece, string>()
    this.#read(line, values, false)
    const names = new Set([...values.keys()].map((piece) => (piece as Slot).name))
    return [...needed].every((name) => names.has(name)) ? this.#matched(values, true) : whole
  }

  #matched(values: ReadonlyMap<Piece, string>, isCut: boolean): Match {
    return { values: this.slots.map((slot) => values.get(slot)), isCut }
  }

  /**
   * Reads from the left; on a mismatch `values` holds what was read so far, a value cut by the end of the line included. What
   * stands behind a loose value is read from the other end of a line that is whole. Of one that is not it may be feigned, and
   * nothing is taken from there on once it would decide how the request counts.
   */
  #read(line: string, values: Map<Piece, string>, isWhole: boolean): Mismatch | null {
    let at = 0
    let isFeignable = false
    let stopped: Mismatch | null = null
    for (let index = 0; index < this.#pieces.length; index++) {
      const piece = this.#pieces[index] as Piece
      if (typeof piece === 'string') {
        if (!line.startsWith(piece, at)) return { at, expected: JSON.stringify(piece) }
        at += piece.length
        continue
      }
      if (piece.shape === 'loose') {
        const next = this.#nextHard(index)
        const isBounded = isWhole || next < this.#pieces.length
        const end = isBounded ? this.#readBack(line, at, index, next, values) : -1
        if (end >= 0) {
          index = next - 1
          at = end
          continue
        }
        if (isWhole) return missed(line, at, piece, this.#pieces[index + 1] as string | undefined)
        isFeignable ||= piece.isCertain !== true
      } else if (isFeignable && isGuarded(piece)) stopped ??= { at, expected: piece.name }
      const literal = this.#pieces[index + 1] as string | undefined
      const end = valueEnd(line, at, piece, literal)
      const isCut = end < 0 || (literal !== undefined && end === line.length)
      if (stopped === null && (!isCut || (at < line.length && mayBeCut(piece))))
        values.set(piece, line.slice(at, isCut ? cutEnd(line, at, literal) : end))
      if (isCut) return missed(line, at, piece, literal)
      at = end
    }
    return stopped
  }

  /** Where the next literal stands in the pattern that no value holds, or its end. */
  #nextHard(index: number): number {
    const next = this.#hard.findIndex((offset, position) => position > index && offset >= 0)
    return next < 0 ? this.#pieces.length : next
  }

  /** Reads the loose value that begins at `at`, and what stands behind it from the right; where that ends, or -1. */
  #readBack(line: string, at: number, loose: number, next: number, values: Map<Piece, string>): number {
    const end = this.#endOfPart(line, at, next)
    let to = end
    for (let index = next - 1; index > loose; index--) {
      const piece = this.#pieces[index] as Piece
      if (typeof piece === 'string') {
        if (!line.endsWith(piece, to)) return -1
        to -= piece.length
        continue
      }
      const from = valueStart(line, to, piece, this.#pieces[index - 1] as string)
      const value = line.slice(from, to)
      if (from < at || (piece.shape === 'word' && value.includes(' '))) return -1
      values.set(piece, value)
      to = from
    }
    if (to < at) return -1
    values.set(this.#pieces[loose] as Piece, line.slice(at, to))
    return end
  }

  /** Where the literal at `next` begins in the line; the end of the line where there is none; -1: it is missing. */
  #endOfPart(line: string, at: number, next: number): number {
    const literal = this.#pieces[next]
    if (typeof literal !== 'string') return line.length
    const offset = this.#hard[next] as number
    const start = escapedIndexOf(line, literal[offset] as string, at) - offset
    return start >= at && line.startsWith(literal, start) ? start : -1
  }
}

/** Of a duration or a list the rest would be another one; of a status that is no whole one it shows. */
function mayBeCut(slot: Slot): boolean {
  return !isGuarded(slot) || slot.tells.some(({ field }) => field === 'status')
}

/** Where the value at `from` ends that a line ends in: before what there is of the literal behind it. */
function cutEnd(line: string, from: number, literal = ''): number {
  for (let length = Math.min(literal.length - 1, line.length - from - 1); length > 0; length--) {
    const end = line.length - length
    if (line[end - 1] !== '\\' && line.startsWith(literal.slice(0, length), end)) return end
  }
  return line.length
}

function isGuarded({ tells }: Slot): boolean {
  return tells.some(({ field }) => GUARDED.has(field))
}

/** A word is there and something else behind it; of other values nobody knows where they were to end. */
function missed(line: string, at: number, { name, shape }: Slot, literal: string | undefined): Mismatch {
  const space = shape === 'word' ? line.indexOf(' ', at) : -1
  if (literal === undefined) return { at, expected: name }
  return space > at
    ? { at: space, expected: `${JSON.stringify(literal)} behind ${name}` }
    : { at, expected: `${name} and then ${JSON.stringify(literal)}` }
}

/** Where the value at `from` ends: at the literal behind it, or with the line where none follows; -1: it does not. */
function valueEnd(line: string, from: number, slot: Slot, literal: string | undefined): number {
  const { shape } = slot
  if (slot.end !== undefined) return slot.end(line, from)
  if (shape === 'list') return listEnd(line, from)
  if (shape === 'quoted') return literal === undefined ? line.length : escapedIndexOf(line, literal, from)
  if (shape === 'word') {
    const space = line.indexOf(' ', from)
    const end = literal === undefined ? space : line.indexOf(literal, from)
    if (literal === undefined) return end < 0 ? line.length : end
    return end >= 0 && (space < 0 || space >= end) ? end : -1
  }
  return literal === undefined ? line.length : line.indexOf(literal, from)
}

/** A value that its literal may be part of is looked for at no more places than this. */
const MAX_STARTS = 64

/** Where the value that ends at `to` begins: behind the last literal before it, or the first that a list reaches back to; -1: nowhere. */
function valueStart(line: string, to: number, slot: Slot, literal: string): number {
  const isList = slot.shape === 'list'
  const end = slot.end?.bind(slot) ?? (isList ? listEnd : undefined)
  let found = -1
  let before = to
  for (let tried = 0; tried < MAX_STARTS; tried++) {
    before = before < literal.length ? -1 : line.lastIndexOf(literal, before - literal.length)
    if (before < 0) return found
    const from = before + literal.length
    if (end === undefined) return from
    if (end(line, from) === to) {
      found = from
      if (!isList || literal.trim() !== '') return found
    } else if (found >= 0 && !JOINT.test(line.slice(before - 2, from + 2))) return found
  }
  return found
}

/** What stands around a space within a list. */
const JOINT = /,| :|: /

/** The first place of a literal from here on; what a backslash escapes is no part of it. */
function escapedIndexOf(line: string, literal: string, from: number): number {
  for (let i = from; i < line.length; i++) {
    if (line[i] === '\\') i++
    else if (line.startsWith(literal, i)) return i
  }
  return -1
}

/** Past a word and the words that `, ` or ` : ` join to it. */
function listEnd(line: string, from: number): number {
  let end = wordEnd(line, from)
  for (;;) {
    if (line[end - 1] === ',' && end > from && line[end] === ' ') end = wordEnd(line, end + 1)
    else if (line.startsWith(' : ', end)) end = wordEnd(line, end + 3)
    else return end
  }
}

/** An address of IPv6 stands in brackets of its own: `[2001:db8::1]:80`. */
function wordEnd(line: string, from: number): number {
  let end = line[from] === '[' ? closingBracket(line, from) : from
  while (end < line.length && line[end] !== ' ' && line[end] !== '"' && line[end] !== ']') end++
  return end
}

const IN_BRACKETS = /\[[\da-f]{0,4}:[\da-f:.]{1,48}(?:%\w{1,16})?\]/iy

/** Past the brackets that open at `from`; `from` where they hold no address. */
function closingBracket(line: string, from: number): number {
  IN_BRACKETS.lastIndex = from
  return IN_BRACKETS.test(line) ? IN_BRACKETS.lastIndex : from
}
