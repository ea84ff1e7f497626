import { GUARDED } from '../layout/guarded.js'
import type { Problem, Token, Variable } from './variable.js'

/** The literal texts around a value; undefined at the ends of the line. */
export interface Around {
  readonly before: string | undefined
  readonly after: string | undefined
}

/** The texts around the token at `index`. */
export function aroundOf(line: readonly Token[], index: number): Around {
  return { before: line[index - 1] as string | undefined, after: line[index + 1] as string | undefined }
}

/** A value that may hold spaces. */
interface Spaced {
  readonly index: number
  readonly variable: Variable
  /** Only spaces stand behind it. */
  readonly isBlank: boolean
  /** It may hold the text before it, so that its start is not found from the right. */
  readonly opensLeft: boolean
  /** It may hold the text behind it, so that its end is not found from the left. */
  readonly opensRight: boolean
}

/** Why a value is read from both ends: anybody may choose what it holds, or it holds spaces in odd requests only. */
export type Looseness = 'open' | 'odd'

/**
 * The values that are read from both ends of their part of the line, because they may hold what stands around them. Parts end
 * at texts that no value holds (`never`). Several such values in one part are a problem where something between them counts.
 */
export function looseIn(line: readonly Token[], never: string): ReadonlyMap<Variable, Looseness> | Problem {
  const loose = new Map<Variable, Looseness>()
  for (const part of partsOf(line, never)) {
    const spaced = part.flatMap((index) => spacedAt(line, index, never) ?? [])
    const open = openIn(spaced)
    const problem = unclear(line, open) ?? besideList(line, spaced)
    if (problem !== null) return problem
    const behind = spaced.findLastIndex(({ opensLeft }) => opensLeft)
    const odd = spaced.filter(({ isBlank, variable }, at) => at >= behind && isBlank && variable.reach !== 'word')
    const chosen = loosest(open) ?? loosest(odd)
    if (chosen !== undefined) loose.set(chosen.variable, open.length > 0 ? 'open' : 'odd')
  }
  return loose
}

/** The positions of the tokens between texts that hold one of the characters. */
function partsOf(line: readonly Token[], never: string): number[][] {
  const parts: number[][] = [[]]
  for (const [index, token] of line.entries())
    if (typeof token === 'string' && holdsOneOf(token, never)) parts.push([])
    else parts.at(-1)?.push(index)
  return parts
}

function holdsOneOf(text: string, characters: string): boolean {
  return Array.from(characters).some((character) => text.includes(character))
}

function spacedAt(line: readonly Token[], index: number, never: string): Spaced | null {
  const variable = line[index]
  if (typeof variable !== 'object' || variable.form !== undefined || variable.reach === 'list') return null
  if (variable.reach === 'word' && variable.never === undefined) return null
  const { before, after } = aroundOf(line, index)
  const mayHold = (text: string | undefined) =>
    variable.isInternal !== true && text !== undefined && !holdsOneOf(text, never + (variable.never ?? ''))
  return {
    index,
    variable,
    isBlank: after?.startsWith(' ') === true && after.trim() === '',
    opensLeft: mayHold(before),
    opensRight: mayHold(after),
  }
}

/** From the first value whose end is not found from the left to the last whose start is not found from the right. */
function openIn(spaced: readonly Spaced[]): Spaced[] {
  const first = spaced.findIndex(({ opensRight }) => opensRight)
  if (first < 0) return []
  const last = spaced.findLastIndex(({ opensLeft }) => opensLeft)
  return spaced.slice(first, Math.max(first, last) + 1).filter(({ opensLeft, opensRight }) => opensLeft || opensRight)
}

/** Values that hold spaces as a rule before those that do so rarely, of which paths come first. */
function loosest(open: readonly Spaced[]): Spaced | undefined {
  const path = open.findLast(({ variable: { begins } }) => begins === '/')
  return open.findLast(({ variable }) => variable.reach === 'spaces') ?? path ?? open.at(-1)
}

/** What stands before the first of several and behind the last is certain; what stands between them could be feigned. */
function unclear(line: readonly Token[], open: readonly Spaced[]): Problem | null {
  const [first] = open
  const last = open.at(-1)
  if (first === undefined || last === undefined || first === last) return null
  const between = line.slice(first.index + 1, last.index)
  if (between.some((token) => typeof token === 'object' && tellsGuarded(token))) return pairOf(first, last)
  const spaced = open.filter(({ variable }) => variable.reach === 'spaces')
  const another = spaced.slice(0, -1).find(({ isBlank }) => isBlank)
  return another === undefined ? null : pairOf(another, spaced.at(-1) ?? last)
}

function pairOf(first: Spaced, last: Spaced): Problem {
  return {
    problem: `${first.variable.name} and ${last.variable.name} may hold spaces and stand without quotes that end them; allowed: quotes around them where they are escaped within values, JSON, or one such value`,
  }
}

function tellsGuarded({ tells }: Variable): boolean {
  return tells.some(({ field }) => GUARDED.has(field))
}

/** A list whose values nobody can tell from those of a value beside it: `502` and `: 200`, or `502,` and `200`. */
function besideList(line: readonly Token[], spaced: readonly Spaced[]): Problem | null {
  for (const { index, variable } of spaced) {
    if (variable.isInternal === true || variable.reach === 'word') continue
    const before = variable.begins === undefined ? listAt(line, index, -1) : undefined
    const after = listAt(line, index, 1)
    // Of durations only the last counts.
    const isLengthened = after?.tells.some(({ field }) => field === 'upstreamStatus') === true
    const list = before ?? (isLengthened ? after : undefined)
    if (list !== undefined)
      return {
        problem: `${list.name} is a list and stands beside ${variable.name}, which may go on like one; allowed: quotes around them`,
      }
  }
  return null
}

/** The list that counts with only a space between it and the value at `index`. */
function listAt(line: readonly Token[], index: number, step: 1 | -1): Variable | undefined {
  const [space, list] = [line[index + step], line[index + 2 * step]]
  return space === ' ' && typeof list === 'object' && list.reach === 'list' && tellsGuarded(list) ? list : undefined
}
