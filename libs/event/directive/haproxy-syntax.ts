import type { Problem } from './variable.js'

/** A variable or a sample expression in a log-format, with the flags that hold for it. */
export interface LogItem {
  /** As the directive names it, without its flags: `%ST`, `%[src]`. */
  readonly name: string
  /** The sample expression between the brackets. */
  readonly expression?: string
  readonly flags: ReadonlySet<string>
  /** What HAProxy 3 calls it where it writes JSON. */
  readonly key?: string
}

/** What a log-format is made of, and whether HAProxy writes it as a JSON object. */
export interface LogFormat {
  readonly items: readonly (string | LogItem)[]
  readonly isJson: boolean
}

/** HAProxy's own formats by the names that its configuration gives them (chapter 8.2 of its manual). */
const HEAD =
  '%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r'
export const HTTP_LOG = HEAD
export const HTTPS_LOG = `${HEAD} %[fc_err]/%[ssl_fc_err,hex]/%[ssl_c_err]/%[ssl_c_ca_err]/%[ssl_fc_is_resumed] %[ssl_fc_sni]/%sslv/%sslc`
export const CLF_LOG =
  '%{+Q}o %{-Q}ci - - [%trg] %r %ST %B "" "" %cp %ms %ft %b %s %TR %Tw %Tc %Tr %Ta %tsc %ac %fc %bc %sc %rc %sq %bq %CC %CS %hrl %hsl'

const NAMED: readonly (readonly [RegExp, string])[] = [
  [/^option\s+httplog$/, HTTP_LOG],
  [/^option\s+httpslog$/, HTTPS_LOG],
  [/^option\s+httplog\s+clf$/, CLF_LOG],
]
const VARIABLES: Readonly<Record<string, string>> = {
  HAPROXY_HTTP_LOG_FMT: HTTP_LOG,
  HAPROXY_HTTPS_LOG_FMT: HTTPS_LOG,
  HAPROXY_HTTP_CLF_LOG_FMT: CLF_LOG,
}

/** The format of a `log-format` line, of its string alone, or of `option httplog` and its like. */
export function logFormatOf(directive: string): LogFormat | Problem {
  const trimmed = directive.trim()
  const named = NAMED.find(([line]) => line.test(trimmed))?.[1]
  return itemsOf(named ?? expanded(unquoted(trimmed)))
}

function expanded(text: string): string {
  return text.replaceAll(/\$\{?(HAPROXY_[A-Z_]{1,40})\}?/g, (whole, name: string) => VARIABLES[name] ?? whole)
}

const KEYWORD = /^log-format\s+/

/** The string that the configuration's quotes and backslashes stand for. */
function unquoted(text: string): string {
  const joined = text.replaceAll(/\\\r?\n\s*/g, '')
  const keyword = KEYWORD.exec(joined)
  if (keyword !== null) return argumentOf(joined.slice(keyword[0].length))
  const quote = joined[0]
  if ((quote === '"' || quote === "'") && joined.length > 1 && joined.endsWith(quote)) return argumentOf(joined)
  // Only the string itself was pasted: quotes are part of the line that it describes.
  return joined.replaceAll(/\\([ "'#\\])/g, '$1')
}

/** The first argument of a configuration line. */
function argumentOf(text: string): string {
  let result = ''
  let quote = ''
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string
    if (char === '\\' && quote !== "'" && i + 1 < text.length) result += text[++i]
    else if (quote !== '' && char === quote) quote = ''
    else if (quote === '' && (char === '"' || char === "'")) quote = char
    else if (quote === '' && /\s/.test(char)) break
    else result += char
  }
  return result
}

/** `%`, a name and flags in either order, then a variable or a sample expression. */
const ITEM = /%((?:\([^()]{0,80}\)|\{[^{}]{0,80}\}){0,2})(?:([A-Za-z]\w{0,20})|\[)/y

function itemsOf(text: string): LogFormat | Problem {
  const items: (string | LogItem)[] = []
  let common: ReadonlySet<string> = new Set()
  for (let at = 0; at < text.length;) {
    if (text[at] !== '%' || text[at + 1] === '%') {
      items.push(text[at] as string)
      at += text[at] === '%' ? 2 : 1
      continue
    }
    const found = itemAt(text, at, common)
    if ('problem' in found) return found
    if (found.item.name === '%o') common = found.item.flags
    else items.push(found.item)
    at = found.end
  }
  return { items, isJson: common.has('json') }
}

function itemAt(
  text: string,
  at: number,
  common: ReadonlySet<string>,
): { readonly item: LogItem; readonly end: number } | Problem {
  ITEM.lastIndex = at
  const match = ITEM.exec(text)
  if (match === null)
    return {
      problem: `${text.slice(at, at + 12)} is no variable; allowed: %ST, %{+Q}r, %[src] and their like, %% for %`,
    }
  const [head, marks = '', word] = match
  const rest = { flags: flagsOf(marks, common), ...keyOf(marks) }
  if (word !== undefined) return { item: { name: `%${word}`, ...rest }, end: at + head.length }
  const end = expressionEnd(text, at + head.length)
  if (end < 0) return { problem: `${text.slice(at, at + 24)} has no closing bracket; allowed: %[expression]` }
  const expression = text.slice(at + head.length, end)
  return { item: { name: `%[${expression}]`, expression, ...rest }, end: end + 1 }
}

/** Brackets within parentheses or quotes belong to the expression's arguments. */
function expressionEnd(text: string, from: number): number {
  let depth = 0
  let quote = ''
  for (let i = from; i < text.length; i++) {
    const char = text[i] as string
    if (quote !== '') quote = char === quote ? '' : quote
    else if (char === "'" || char === '"') quote = char
    else if (char === '(') depth++
    else if (char === ')') depth--
    else if (char === ']' && depth <= 0) return i
  }
  return -1
}

function flagsOf(marks: string, common: ReadonlySet<string>): ReadonlySet<string> {
  const flags = new Set(common)
  const words = /\{([^{}]*)\}/.exec(marks)?.[1]?.split(',') ?? []
  for (const word of words.map((each) => each.trim())) {
    if (word.startsWith('-')) flags.delete(word.slice(1))
    else flags.add(word.replace(/^\+/, ''))
  }
  return flags
}

/** `(name:type)`: the type only says how HAProxy writes the value. */
function keyOf(marks: string): { readonly key?: string } {
  const key = /\(([^():]*)/.exec(marks)?.[1]?.trim()
  return key === undefined || key === '' ? {} : { key }
}
