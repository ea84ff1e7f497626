import type { JsonObject } from '../layout/layout.js'
import { isObject } from '../layout/value-at.js'
import type { Problem } from './variable.js'

/** A command operator: `%REQ(X?Y):Z%` has the name REQ and the argument `X?Y`. */
export interface Operator {
  /** As the directive has it. */
  readonly text: string
  readonly name: string
  readonly argument: string
}

/** What a format string is made of. */
export type FormatPart = string | Operator

const NAME = /%([A-Z][A-Z0-9_]{0,60})/y
const LENGTH = /(?::\d{1,6})?%/y

/** The parts of a format string; `%%` is a percent sign. */
export function partsOf(text: string): FormatPart[] | Problem {
  const parts: FormatPart[] = []
  let literal = ''
  for (let at = 0; at < text.length;) {
    if (text[at] !== '%' || text[at + 1] === '%') {
      literal += text[at]
      at += text[at] === '%' ? 2 : 1
      continue
    }
    const operator = operatorAt(text, at)
    if ('problem' in operator) return operator
    parts.push(literal, operator)
    literal = ''
    at += operator.text.length
  }
  return [...parts, literal]
}

function operatorAt(text: string, at: number): Operator | Problem {
  NAME.lastIndex = at
  const name = NAME.exec(text)?.[1]
  if (name === undefined) return unknown(text, at)
  const from = at + 1 + name.length
  if (text[from] !== '(') {
    const end = lengthEnd(text, from)
    return end < 0 ? unknown(text, at) : { text: text.slice(at, end), name, argument: '' }
  }
  // An argument may hold parentheses, as CEL expressions do: it ends where the operator can end.
  for (let close = text.indexOf(')', from); close >= 0; close = text.indexOf(')', close + 1)) {
    const end = lengthEnd(text, close + 1)
    if (end >= 0) return { text: text.slice(at, end), name, argument: text.slice(from + 1, close) }
  }
  return unknown(text, at)
}

/** Past `:10%` or `%`; -1 where neither stands. */
function lengthEnd(text: string, from: number): number {
  LENGTH.lastIndex = from
  return LENGTH.test(text) ? LENGTH.lastIndex : -1
}

function unknown(text: string, at: number): Problem {
  const shown = JSON.stringify(text.slice(at, at + 24))
  return {
    problem: `has no command operator at ${shown}; allowed: %RESPONSE_CODE%, %REQ(:METHOD)% and their like, %% for %`,
  }
}

/** Where Envoy's and its relatives' configurations (Istio, gloo, Envoy Gateway, Contour) keep the format. */
const HOLDERS = [
  'json_format',
  'typed_json_format',
  'text_format',
  'text_format_source',
  'log_format',
  'format',
  'inline_string',
  'jsonFormat',
  'textFormat',
  'textFormatSource',
  'logFormat',
  'inlineString',
  'stringFormat',
]
/** Names that a key of the record may have, too: they hold the format only where nothing stands beside them. */
const LONE_DICTIONARIES = ['labels', 'json']
const LONE_TEXT = 'text'
/** What these hold is written as it is, also where it looks like JSON. */
const OF_TEXT = new Set<string>([
  'text_format',
  'text_format_source',
  'inline_string',
  'textFormat',
  'textFormatSource',
  'inlineString',
  'stringFormat',
  LONE_TEXT,
])

/** A format as its text, or as the JSON of its format dictionary. */
export interface FormatText {
  readonly text: string
  /** Whether it is a format dictionary, whose values Envoy escapes; it escapes nothing in text. */
  readonly isDictionary: boolean
}

/** The format string in a directive, or the JSON of its format dictionary; undefined where it is none. */
export function formatTextOf(directive: string): FormatText | undefined {
  const trimmed = directive.trim()
  const held = formatIn(parsed(trimmed), false)
  if (held === undefined) {
    const dictionary = dictionaryOf(trimmed)
    return { text: dictionary ?? withoutLineEnd(trimmed), isDictionary: dictionary !== undefined }
  }
  const { value, isText } = held
  if (isObject(value)) return isText ? undefined : { text: JSON.stringify(value), isDictionary: true }
  if (typeof value !== 'string') return undefined
  const text = withoutLineEnd(value)
  // Istio keeps its dictionary in a string, too.
  return { text, isDictionary: !isText && isObject(parsed(text)) }
}

function parsed(text: string): unknown {
  if (!text.startsWith('{') && !text.startsWith('"')) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

interface Held {
  readonly value: unknown
  /** A holder says that it is a format string. */
  readonly isText: boolean
}

function formatIn(value: unknown, isText: boolean): Held | undefined {
  if (value === undefined) return undefined
  if (!isObject(value)) return { value, isText }
  const holder = HOLDERS.find((name) => holds(value, name)) ?? (onlyOne(value) ? loneHolderIn(value) : undefined)
  return holder === undefined ? { value, isText } : formatIn(value[holder], isText || OF_TEXT.has(holder))
}

function loneHolderIn(value: JsonObject): string | undefined {
  if (typeof value[LONE_TEXT] === 'string') return LONE_TEXT
  return LONE_DICTIONARIES.find((name) => isObject(value[name]))
}

function holds(value: JsonObject, name: string): boolean {
  return isObject(value[name]) || (typeof value[name] === 'string' && onlyOne(value))
}

function onlyOne(value: object): boolean {
  return Object.keys(value).length === 1
}

/** `key: "%OPERATOR%"`, with or without quotes. */
const MEMBER = /^\s*(?:"([^"]{1,200})"|'([^']{1,200})'|([^\s"':][^\s"']{0,199})):\s+(?:"(.*)"|'(.*)'|(\S.*))$/

/** The members of a flat YAML mapping, as the configuration of a mesh has them, as JSON. */
function dictionaryOf(text: string): string | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !isHolder(line.trim()))
  const members = lines.map((line) => MEMBER.exec(line.trimEnd()))
  if (text.startsWith('{') || text.startsWith('[') || lines.length === 0 || members.some((member) => member === null))
    return undefined
  const entries = members.map((member) => {
    const [, double, single, bare, inDouble, inSingle, plain] = member ?? []
    return [double ?? single ?? bare ?? '', inDouble ?? inSingle ?? plain ?? ''] as const
  })
  return entries.every(([, value]) => value.startsWith('%')) ? JSON.stringify(Object.fromEntries(entries)) : undefined
}

/** `json_format:` in front of the members. */
function isHolder(line: string): boolean {
  return line.endsWith(':') && HOLDERS.includes(line.slice(0, -1))
}

/** A format string ends with the line end that Envoy writes, also spelt out. */
function withoutLineEnd(text: string): string {
  return text.replace(/(?:\\n|\s)+$/, '')
}
