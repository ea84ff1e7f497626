import type { Problem, RankedTelling, Reach, Token, Variable } from './variable.js'

/** Literals and variables in turn: empty literals are gone, neighbours have become one. */
export function alternate(tokens: readonly Token[]): Token[] | Problem {
  const result: Token[] = []
  for (const run of runsOf(tokens)) {
    const [first] = run
    if (typeof first === 'string') result.push(run.join(''))
    else {
      const variable = joined(run as Variable[])
      if ('problem' in variable) return variable
      result.push(variable)
    }
  }
  return result
}

/** Neighbours of one kind. */
function runsOf(tokens: readonly Token[]): Token[][] {
  const runs: Token[][] = []
  for (const token of tokens) {
    if (token === '') continue
    const last = runs.at(-1)
    if (last !== undefined && typeof last[0] === typeof token) last.push(token)
    else runs.push([token])
  }
  return runs
}

const REACHES: readonly Reach[] = ['word', 'list', 'rare', 'spaces']

/** One value for variables that stand side by side, taken apart by their forms: `$host$request_uri`. */
function joined(parts: readonly Variable[]): Variable | Problem {
  const [first] = parts
  if (first !== undefined && parts.length === 1) return first
  for (const [index, part] of parts.slice(0, -1).entries()) {
    const next = parts[index + 1] as Variable
    const isLast = index === parts.length - 2
    if (part.form === undefined && next.begins === undefined && !(isLast && hasFixedLength(next)))
      return {
        problem: `nothing stands between ${part.name} and ${next.name}, so that nobody can tell where one ends; allowed: any text between them`,
      }
  }
  const tells = parts.flatMap((part, index) => part.tells.map((telling) => within(parts, index, telling)))
  return {
    name: parts.map(({ name }) => name).join(''),
    reach: widest(parts),
    tells,
    ...beginsLike(first),
    never: Array.from(first?.never ?? '')
      .filter((character) => parts.every(({ never = '' }) => never.includes(character)))
      .join(''),
    ...(parts.every(({ isInternal }) => isInternal === true) && { isInternal: true }),
  }
}

/** The form of a duration may begin with any digit before it. */
function hasFixedLength({ form, tells }: Variable): boolean {
  return form !== undefined && !tells.some(({ field }) => field === 'duration')
}

function beginsLike(first: Variable | undefined): Pick<Variable, 'begins'> {
  return first?.begins === undefined ? {} : { begins: first.begins }
}

function widest(parts: readonly Variable[]): Reach {
  return REACHES[Math.max(...parts.map(({ reach }) => REACHES.indexOf(reach)))] ?? 'spaces'
}

function within(parts: readonly Variable[], index: number, telling: RankedTelling): RankedTelling {
  return {
    ...telling,
    decode: (raw) => {
      const value = takenApart(parts, raw)[index]
      return value === undefined || telling.decode === undefined ? value : telling.decode(value)
    },
  }
}

/** The values of variables that stand side by side; undefined from where the text does not have their forms. */
function takenApart(parts: readonly Variable[], raw: string): (string | undefined)[] {
  let at = 0
  let isBroken = false
  return parts.map((part, index) => {
    const end = isBroken ? -1 : endOf(part, parts[index + 1], raw, at)
    isBroken = end < 0
    if (isBroken) return undefined
    const value = raw.slice(at, end)
    at = end
    return value
  })
}

function endOf(part: Variable, next: Variable | undefined, raw: string, from: number): number {
  if (part.form !== undefined) return formEnd(part.form, raw, from)
  if (next?.begins !== undefined) {
    const start = raw.indexOf(next.begins, from)
    return start < 0 ? raw.length : start
  }
  return next?.form === undefined ? raw.length : startOfLast(next.form, raw, from)
}

/** No form is longer. */
const MAX_FORM_CHARS = 64

/** Where the form begins that ends with the text; -1 where none does. */
function startOfLast(form: RegExp, raw: string, from: number): number {
  for (let start = Math.max(from, raw.length - MAX_FORM_CHARS); start < raw.length; start++)
    if (formEnd(form, raw, start) === raw.length) return start
  return -1
}

/** Where the form that begins at `from` ends; -1 where none begins. The form is sticky. */
export function formEnd(form: RegExp, text: string, from: number): number {
  form.lastIndex = from
  return form.test(text) ? form.lastIndex : -1
}
