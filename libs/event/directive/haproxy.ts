import type { Layout, TextLayout } from '../layout/layout.js'
import { oneOf } from './alternatives.js'
import { sampleDate, type Moment } from './haproxy-date.js'
import { settlingHaproxy, SETTLING } from './haproxy-outcome.js'
import { logFormatOf, type LogFormat, type LogItem } from './haproxy-syntax.js'
import { ACCEPT_TIME, isQuoted, momentOf, variableOf } from './haproxy-variable.js'
import { isJson, jsonOfDirective } from './json-directive.js'
import { textOf, type Described } from './text-directive.js'
import { bestOnly, isProblem, type Problem, type Token, type Variable, type Written } from './variable.js'

/** The layout of HAProxy's `log-format`: the line of its configuration, its string alone, or `option httplog` and its like. */
export function compileHaproxy(name: string, directive: string): Layout | Problem {
  const format = logFormatOf(directive)
  if ('problem' in format) return format
  const plain = tokensOf(format, PLAIN)
  if ('problem' in plain) return plain
  const moment = bestMoment(plain)
  const unread = moment === null ? unreadableDate(format) : null
  if (unread !== null) return unread
  const described = { name, sentence: 'Your own HAProxy log-format.', settle: settlingHaproxy(moment) }
  if (!plain.some((token) => typeof token !== 'string' && token.tells.some(({ field }) => field === 'status')))
    return { problem: '%ST is missing; allowed: any log-format that writes it' }
  if (!isJson(plain)) return linesOf(described, format)
  const { never, ...rest } = written(plain, format)
  return jsonOfDirective(described, { ...rest, never: format.isJson ? '"' : never })
}

/** What the best time of a format names; null where it has none. */
function bestMoment(tokens: readonly Token[]): Moment | null {
  const times = tokens.flatMap((token) =>
    typeof token === 'string'
      ? []
      : token.tells.flatMap(({ field, rank }) => (field === 'ts' ? [{ token, rank }] : [])),
  )
  const [best] = times.toSorted((a, b) => a.rank - b.rank)
  return best === undefined ? null : momentOf(best.token)
}

/** A date that nobody can read would silently be the time of arrival. */
function unreadableDate({ items }: LogFormat): Problem | null {
  const item = items.find(
    (each) => typeof each !== 'string' && sampleDate(each.expression?.trim() ?? '') === 'unreadable',
  )
  if (item === undefined || typeof item === 'string') return null
  return {
    problem:
      `${item.name} is a date that cannot be read; allowed: date, request_date and accept_date as they are or through ` +
      'ltime, utime, ms_ltime, ms_utime, us_ltime, us_utime with year, month, day, hour and minute and without an offset, ' +
      'http_date without arguments, or %tr beside it',
  }
}

/** A quote within quotes is `#22`, or escaped where flag E says so; each variable knows how to undo it. */
function written(tokens: readonly Token[], { items }: LogFormat): Written {
  const escapesQuotes = items.every((item) => typeof item === 'string' || item.flags.has('E'))
  return { tokens: bestOnly(tokens), never: escapesQuotes ? '"' : '', unescape: (raw) => raw }
}

/** Headers that a frontend captures, in braces; without a `capture` in the configuration nothing stands there. */
const CAPTURES = ['%hr', '%hs'] as const
/** Captured headers as CLF writes them: any number of words. */
const LISTS: ReadonlySet<string> = new Set(['%hrl', '%hsl'])

/** Which of the captures a line holds; null: they are values like others. */
type Captures = ReadonlySet<string> | null
const PLAIN: Captures = null
const CHOICES: readonly ReadonlySet<string>[] = [
  new Set(CAPTURES),
  new Set(['%hr']),
  new Set(['%hs']),
  new Set<string>(),
]

function linesOf(described: Described, format: LogFormat): TextLayout | Problem {
  const used = new Set(format.items.flatMap((item) => (typeof item === 'string' ? [] : [item.name])))
  const choices = CHOICES.filter((choice) => [...choice].every((name) => used.has(name)))
  const layouts = new Map<string, TextLayout>()
  for (const choice of choices) {
    const tokens = tokensOf(format, choice)
    if ('problem' in tokens) return tokens
    // One group of headers looks the same, whichever it is.
    const shape = tokens.map((token) => (typeof token === 'string' ? token : '%')).join('')
    if (layouts.has(shape)) continue
    const [first] = tokens
    if (typeof first === 'string' && first.trimStart().startsWith('{'))
      return {
        problem: 'begins with captured headers, whose brace looks like JSON; allowed: anything else before them',
      }
    const line = written(untilLastTold(tokens), format)
    const list = line.tokens.find((token) => typeof token !== 'string' && LISTS.has(token.name))
    if (list !== undefined)
      return { problem: `${(list as Variable).name} has no end that could be found; allowed: at the end of the line` }
    const layout = textOf(described, line)
    if (isProblem(layout)) return layout
    layouts.set(shape, layout)
  }
  return oneOf([...layouts.values()])
}

function tokensOf(format: LogFormat, captures: Captures): Token[] | Problem {
  if (format.isJson) return memberTokens(format.items)
  const tokens: Token[] = []
  for (const item of format.items) {
    const own = typeof item === 'string' ? [item] : tokensOfItem(item, captures)
    if ('problem' in own) return own
    tokens.push(...own)
  }
  return withAcceptTime(merged(tokens))
}

function tokensOfItem(item: LogItem, captures: Captures): Token[] | Problem {
  const variable = variableOf(item)
  if ('problem' in variable) return variable
  const isCapture = (CAPTURES as readonly string[]).includes(item.name)
  if (isCapture && captures !== null && !captures.has(item.name)) return []
  const [open, close] = isCapture && captures !== null ? ['{', '}'] : ['', '']
  const quote = isQuoted(item) ? '"' : ''
  // A request between quotes ends at the next one: its own are `#22`.
  const value: Variable = quote !== '' && item.name === '%r' ? { ...variable, reach: 'rare' } : variable
  return [quote + open, value, close + quote]
}

/** What HAProxy 3 writes with `%{+json}o`: the named values as the members of an object. */
function memberTokens(items: LogFormat['items']): Token[] | Problem {
  const tokens: Token[] = ['{']
  for (const item of items) {
    if (typeof item === 'string' || item.key === undefined) continue
    const variable = variableOf(item)
    if ('problem' in variable) return variable
    tokens.push(`${tokens.length > 1 ? ',' : ''}${JSON.stringify(item.key)}:"`, variable, '"')
  }
  return merged([...tokens, '}'])
}

/** Texts in one piece; HAProxy writes one space where several stand, or where nothing stands between two. */
function merged(tokens: readonly Token[]): Token[] {
  const result: Token[] = []
  for (const token of tokens) {
    const last = result.at(-1)
    if (typeof token === 'string' && typeof last === 'string') result[result.length - 1] = last + token
    else result.push(token)
  }
  return result.map((token) => (typeof token === 'string' ? token.replaceAll(/ {2,}/g, ' ') : token))
}

/** `%Ts.%ms` is one time. */
function withAcceptTime(tokens: readonly Token[]): Token[] {
  const at = tokens.findIndex((token, index) => {
    const [point, ms] = [tokens[index + 1], tokens[index + 2]]
    return isNamed(token, '%Ts') && point === '.' && isNamed(ms, '%ms')
  })
  return at < 0 ? [...tokens] : tokens.toSpliced(at, 3, ACCEPT_TIME)
}

function isNamed(token: Token | undefined, name: string): boolean {
  return typeof token === 'object' && token.name === name
}

/**
 * The line up to the last value that tells something, without the quote behind a request: lines are cut at 1024 bytes, and
 * what operators add stands at the end.
 */
function untilLastTold(tokens: readonly Token[]): Token[] {
  const last = tokens.findLastIndex(
    (token) => typeof token !== 'string' && (token.tells.length > 0 || SETTLING.has(token.name)),
  )
  const [variable, after] = [tokens[last], tokens[last + 1]]
  if (typeof variable !== 'object') return [...tokens]
  const head = tokens.slice(0, last)
  if (typeof after !== 'string') return [...head, variable]
  if (after.startsWith('"')) return variable.name === '%r' ? [...head, untilQuote(variable)] : [...head, variable, '"']
  if (variable.reach !== 'word' || head.some((token, index) => isOpen(token, tokens[index + 1]))) return [...tokens]
  const [behind = ''] = after.split(' ', 1)
  return [...head, variable, ...(behind === '' ? [] : [behind])]
}

/** Whether a value may hold what stands behind it, so that the line has to be read from its end, too. */
function isOpen(token: Token, after: Token | undefined): boolean {
  if (typeof token === 'string' || typeof after !== 'string' || token.form !== undefined) return false
  return token.reach === 'spaces' || (token.reach === 'rare' && after.startsWith(' '))
}

/** A request, whose quotes are always `#22`, up to the quote behind it if there is one. */
function untilQuote(variable: Variable): Variable {
  const tells = variable.tells.map((telling) => ({
    ...telling,
    decode: (raw: string) => {
      const inside = raw.split('"', 1)[0] ?? ''
      return telling.decode === undefined ? inside : telling.decode(inside)
    },
  }))
  return { ...variable, reach: 'spaces', tells }
}
