import type { Piece, Shape, Slot } from '../layout/pattern.js'
import { alternate, formEnd } from './joined.js'
import type { Problem, Token, Variable, Written } from './variable.js'

/** The literal texts around a value; undefined at the ends of the line. */
interface Around {
  readonly before: string | undefined
  readonly after: string | undefined
}

/** The pieces of a pattern for what a directive writes. */
export function piecesOf({ tokens, escapesQuotes, unescape }: Written): readonly Piece[] | Problem {
  const line = alternate(tokens)
  if ('problem' in line) return line
  const loose = looseIn(line, escapesQuotes)
  if (loose !== null && 'problem' in loose) return loose
  const pieces: Piece[] = []
  for (const [index, token] of line.entries()) {
    if (typeof token === 'string') pieces.push(token)
    else {
      const around = aroundOf(line, index)
      const blurred = blurOf(token, around, escapesQuotes)
      if (blurred !== null) return blurred
      pieces.push(token === loose ? slotOf(token, 'loose', unescape) : enclosed(token, around, escapesQuotes, unescape))
    }
  }
  return pieces
}

function aroundOf(line: readonly Token[], index: number): Around {
  return { before: line[index - 1] as string | undefined, after: line[index + 1] as string | undefined }
}

/**
 * The value that may hold what stands behind it, so that the rest is read from the end of the line; null: there is none. Of
 * several the last; that those before it end where they seem to is only safe where more than spaces stands behind them.
 */
function looseIn(line: readonly Token[], escapesQuotes: boolean): Variable | Problem | null {
  const open = line.flatMap((token, index) => {
    if (typeof token === 'string') return []
    const around = aroundOf(line, index)
    if (around.after === undefined || isQuoted(around, escapesQuotes) || token.form !== undefined) return []
    const isBlank = around.after.trim() === '' && around.after.startsWith(' ')
    return [{ token, isBlank }]
  })
  const spaced = open.filter(({ token }) => token.reach === 'spaces')
  const unclear = spaced.slice(0, -1).find(({ isBlank }) => isBlank)
  if (unclear !== undefined)
    return {
      problem: `${unclear.token.name} and ${spaced.at(-1)?.token.name} may hold spaces and stand without quotes; allowed: quotes around them`,
    }
  // A decoded path holds a space more often than anything else.
  const rare = open.filter(({ token, isBlank }) => token.reach === 'rare' && isBlank)
  const path = rare.findLast(({ token }) => token.begins === '/')
  return (spaced.at(-1) ?? path ?? rare.at(-1))?.token ?? null
}

function isQuoted({ before, after }: Around, escapesQuotes: boolean): boolean {
  return escapesQuotes && before?.endsWith('"') === true && after?.startsWith('"') === true
}

/** A list whose end cannot be told from its separators. */
function blurOf(variable: Variable, around: Around, escapesQuotes: boolean): Problem | null {
  if (variable.reach !== 'list' || isQuoted(around, escapesQuotes)) return null
  if (around.after?.startsWith(', ') !== true && around.after?.startsWith(' : ') !== true) return null
  return {
    problem: `${variable.name} is a list with ${JSON.stringify(around.after.slice(0, 3).trimEnd())} between its values, and the same stands behind it; allowed: quotes around it`,
  }
}

function enclosed(variable: Variable, around: Around, escapesQuotes: boolean, unescape: Written['unescape']): Slot {
  const { after } = around
  if (isQuoted(around, escapesQuotes)) return slotOf(variable, 'quoted', unescape)
  const { form, reach } = variable
  // A value that always holds a space, as a time does, can be told from what follows only by its form.
  if (form !== undefined && reach === 'spaces' && (after === undefined || after.startsWith(' ')))
    return { ...slotOf(variable, 'free', unescape), end: (line, from) => formEnd(form, line, from) }
  if (reach === 'word') return slotOf(variable, 'word', unescape)
  if (reach !== 'list') return slotOf(variable, 'free', unescape)
  if (after?.startsWith(',') === true)
    return { ...slotOf(variable, 'free', unescape), end: (line, from) => endBeforeComma(line, from, after) }
  const isApart = after === undefined || ' "]'.includes(after[0] ?? '')
  return slotOf(variable, isApart ? 'list' : 'free', unescape)
}

/** A comma within a list has a space behind it; the one behind the list has none. */
function endBeforeComma(line: string, from: number, after: string): number {
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
