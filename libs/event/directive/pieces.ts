import type { Piece, Shape, Slot } from '../layout/pattern.js'
import { alternate, formEnd } from './joined.js'
import { aroundOf, looseIn, type Around } from './open-values.js'
import type { Problem, Variable, Written } from './variable.js'

/** The pieces of a pattern for what a directive writes. */
export function piecesOf({ tokens, never, unescape }: Written): readonly Piece[] | Problem {
  const line = alternate(tokens)
  if ('problem' in line) return line
  const loose = looseIn(line, never)
  if ('problem' in loose) return loose
  const pieces: Piece[] = []
  for (const [index, token] of line.entries()) {
    if (typeof token === 'string') pieces.push(token)
    else {
      const around = aroundOf(line, index)
      const blurred = blurOf(token, around, never)
      if (blurred !== null) return blurred
      const looseness = loose.get(token)
      if (looseness === undefined) pieces.push(enclosed(token, around, never, unescape))
      else pieces.push({ ...slotOf(token, 'loose', unescape), ...(looseness === 'odd' && { isCertain: true }) })
    }
  }
  return pieces
}

function isQuoted({ before, after }: Around, never: string): boolean {
  return never.includes('"') && before?.endsWith('"') === true && after?.startsWith('"') === true
}

/** A list whose end cannot be told from its separators. */
function blurOf(variable: Variable, around: Around, never: string): Problem | null {
  if (variable.reach !== 'list' || isQuoted(around, never)) return null
  if (around.after?.startsWith(', ') !== true && around.after?.startsWith(' : ') !== true) return null
  return {
    problem: `${variable.name} is a list with ${JSON.stringify(around.after.slice(0, 3).trimEnd())} between its values, and the same stands behind it; allowed: quotes around it`,
  }
}

function enclosed(variable: Variable, around: Around, never: string, unescape: Written['unescape']): Slot {
  const { after } = around
  const { form, only, reach } = variable
  const endsAtQuote = never.includes('"') && form === undefined && after?.startsWith('"') === true
  if (endsAtQuote || isQuoted(around, never)) return slotOf(variable, 'quoted', unescape)
  // A value that always holds a space, as a time does, can be told from what follows only by its form.
  if (form !== undefined && reach === 'spaces' && (after === undefined || after.startsWith(' ')))
    return { ...slotOf(variable, 'free', unescape), end: (line, from) => formEnd(form, line, from) }
  if (reach === 'word') {
    const slot = slotOf(variable, 'word', unescape)
    return only === undefined ? slot : { ...slot, end: (line, from) => formEnd(only, line, from) }
  }
  if (reach !== 'list') return slotOf(variable, 'free', unescape)
  if (after?.startsWith(',') === true)
    return { ...slotOf(variable, 'free', unescape), end: (line, from) => endBeforeComma(line, from, after) }
  const isApart = after === undefined || ' "]'.includes(after[0] ?? '')
  return slotOf(variable, isApart ? 'list' : 'free', unescape)
}

/** A comma within a list has a space behind it; those around the list have none. */
function endBeforeComma(line: string, from: number, after: string): number {
  if (line[from] === ' ') return -1
  let end = line.indexOf(after, from)
  while (end >= 0 && line[end + 1] === ' ') end = line.indexOf(after, end + 1)
  return end
}

function slotOf({ name, tells }: Variable, shape: Shape, unescape: Written['unescape']): Slot {
  return {
    name,
    shape,
    tells: tells.map((telling) => ({
      ...telling,
      decode: (raw) => (telling.decode === undefined ? unescape(raw) : telling.decode(unescape(raw))),
    })),
  }
}
