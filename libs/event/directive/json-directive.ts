import { jsonOf } from '../exact/json-value.js'
import { eventOf } from '../exact/told-event.js'
import { isToldValue, ToldValues } from '../exact/told-values.js'
import type { JsonLayout, JsonObject } from '../layout/layout.js'
import { Pattern, type Telling } from '../layout/pattern.js'
import { isObject } from '../layout/value-at.js'
import { piecesOf } from './pieces.js'
import { wholeMembersOf } from './cut-json.js'
import type { Described } from './text-directive.js'
import type { Problem, Token, Variable, Written } from './variable.js'

/** A value of the record that a directive fills. */
interface Leaf {
  readonly path: readonly string[]
  /** The only variable of the value, or the text that holds several things. */
  readonly holds: Variable | Pattern
}

/** Marks the place of a variable in the JSON of a directive; no directive holds this character. */
const MARK = '\uE000'
const PLACES = /\uE000(\d+)\uE000/

/** Whether what a directive writes is meant to be JSON. */
export function isJson(tokens: readonly Token[]): boolean {
  const [first] = tokens
  return typeof first === 'string' && first.trimStart().startsWith('{')
}

/** The layout of a directive that writes JSON by hand: its values are found by their keys, however they are written. */
export function jsonOfDirective(described: Described, { tokens, never }: Written): JsonLayout | Problem {
  const raw = tokens.find((token) => typeof token !== 'string' && mayHoldQuote(token, never))
  if (raw !== undefined)
    return {
      problem: `${(raw as Variable).name} may hold a quote that nothing escapes, so that clients could write keys of their own; allowed: values that are escaped for JSON, as by nginx's escape=json, HAProxy's converter json(utf8s) and Envoy's json_format`,
    }
  const template = jsonOf(templateOf(tokens))
  if (!isObject(template))
    return { problem: 'begins with { and is no JSON object; allowed: JSON, or text that does not begin with {' }
  const leaves = leavesOf(template, [], tokens)
  if ('problem' in leaves) return leaves
  const status = leaves.find(({ holds }) => tellingsIn(holds).some(({ field }) => field === 'status'))
  const tellsStatus = (record: JsonObject) => status !== undefined && at(record, status.path) !== undefined
  const read: JsonLayout['read'] = (record, reading) => {
    const told = new ToldValues()
    for (const leaf of leaves) tellLeaf(told, leaf, at(record, leaf.path))
    const event = eventOf(told, reading)
    if ('reject' in event || described.settle === undefined) return event
    return described.settle(event, (name) => rawOf(leaves, record, name), reading)
  }
  return {
    kind: 'json',
    ...described,
    marks: [],
    recognise: (record) => (tellsStatus(record) ? `it has the keys of ${described.name}` : null),
    read,
    readCut: (text, reading) => {
      const whole = wholeMembersOf(text)
      const record = whole === null ? undefined : jsonOf(whole)
      return isObject(record) && tellsStatus(record) ? read(record, reading) : null
    },
  }
}

/** Whether a value may end the string that it stands in. */
function mayHoldQuote({ form, reach, isInternal, isEscaped, never: own }: Variable, never: string): boolean {
  if (form !== undefined || isInternal === true || isEscaped === true || reach === 'list') return false
  return !(reach === 'word' && own === undefined) && !(never + (own ?? '')).includes('"')
}

/** The JSON of a directive with marks for its variables: within a string as they stand, elsewhere as a string. */
function templateOf(tokens: readonly Token[]): string {
  let inString = false
  return tokens
    .map((token, index) => {
      if (typeof token !== 'string') return inString ? `\\ue000${index}\\ue000` : `"\\ue000${index}\\ue000"`
      inString = endsInString(token, inString)
      return token
    })
    .join('')
}

function endsInString(text: string, inString: boolean): boolean {
  let inside = inString
  for (let i = 0; i < text.length; i++) {
    if (inside && text[i] === '\\') i++
    else if (text[i] === '"') inside = !inside
  }
  return inside
}

function leavesOf(value: unknown, path: readonly string[], tokens: readonly Token[]): Leaf[] | Problem {
  if (isObject(value)) {
    const found = Object.entries(value).map(([key, inner]) => leavesOf(inner, [...path, key], tokens))
    return found.find((leaves) => 'problem' in leaves) ?? (found as Leaf[][]).flat()
  }
  // An array around a single list is that list.
  const single: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value
  return typeof single === 'string' && single.includes(MARK) ? leafOf(single, path, tokens) : []
}

function leafOf(text: string, path: readonly string[], tokens: readonly Token[]): Leaf[] | Problem {
  const parts = text.split(PLACES).map((part, index) => (index % 2 === 0 ? part : (tokens[Number(part)] as Token)))
  const [first, only, last, ...more] = parts
  if (first === '' && last === '' && more.length === 0 && typeof only === 'object') return [{ path, holds: only }]
  const pieces = piecesOf({ tokens: parts, never: '', unescape: (raw) => raw })
  return 'problem' in pieces
    ? { problem: `${path.join('.')}: ${pieces.problem}` }
    : [{ path, holds: new Pattern(pieces) }]
}

function tellingsIn(holds: Leaf['holds']): readonly Telling[] {
  return holds instanceof Pattern ? holds.slots.flatMap(({ tells }) => tells) : holds.tells
}

function at(record: JsonObject, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined),
    record,
  )
}

function tellLeaf(told: ToldValues, { holds }: Leaf, value: unknown): void {
  if (value === undefined) return
  if (!(holds instanceof Pattern)) return tellAll(told, holds.tells, value)
  const match = typeof value === 'string' ? holds.match(value) : undefined
  if (match === undefined || !('values' in match)) return
  for (const [index, { tells }] of holds.slots.entries()) {
    const raw = match.values[index]
    if (raw !== undefined) tellAll(told, tells, raw)
  }
}

/** Of several values for one field the first that holds something wins. */
function tellAll(told: ToldValues, tells: readonly Telling[], value: unknown): void {
  for (const telling of tells) {
    const present = told.get(telling.field)
    const decoded = typeof value === 'string' && telling.decode !== undefined ? telling.decode(value) : value
    if (decoded === undefined) continue
    if (present === undefined || (!isToldValue(present.value) && isToldValue(decoded)))
      told.tell(telling.field, decoded, telling)
  }
}

function rawOf(leaves: readonly Leaf[], record: JsonObject, name: string): string | undefined {
  const leaf = leaves.find(({ holds }) => !(holds instanceof Pattern) && holds.name === name)
  const value = leaf === undefined ? undefined : at(record, leaf.path)
  if (typeof value === 'number') return String(value)
  // It is there, and says that there is none.
  if (value === null) return ''
  return typeof value === 'string' ? value : undefined
}
