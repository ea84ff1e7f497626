import type { Layout, TextLayout } from '../layout/layout.js'
import { oneOf } from './alternatives.js'
import { hasDoubledKey } from './doubled-key.js'
import { envoyVariable } from './envoy-operators.js'
import { settlingEnvoy } from './envoy-outcome.js'
import { formatTextOf, partsOf, type FormatPart } from './envoy-syntax.js'
import { isJson, jsonOfDirective } from './json-directive.js'
import { textOf, type Described } from './text-directive.js'
import { bestOnly, isProblem, type Problem, type Token, type Written } from './variable.js'

/**
 * The layout of an Envoy access log: a format string, or the JSON (or flat YAML) of a `json_format`, as Envoy, Istio and
 * their relatives are configured.
 */
export function compileEnvoy(name: string, directive: string): Layout | Problem {
  const described = { name, sentence: 'Your own Envoy access log format.' }
  const format = formatOf(directive)
  if ('problem' in format) return format
  const { tokens, settle, isDictionary } = format
  if (!isJson(tokens)) return linesOf({ ...described, settle }, variantsOf(tokens))
  const layout = jsonOfDirective({ ...described, settle }, { ...written(tokens), ...(isDictionary && { never: '"' }) })
  return 'problem' in layout ? layout : { ...layout, isForged: hasDoubledKey }
}

/** A format with what its directive says of it. */
export interface Format {
  readonly tokens: readonly Token[]
  readonly settle: NonNullable<Described['settle']>
  /** Whether the values are those of a format dictionary, which Envoy escapes. */
  readonly isDictionary: boolean
}

/** What a directive says; a problem where it is none, or does not tell the status. */
export function formatOf(directive: string): Format | Problem {
  const format = formatTextOf(directive)
  if (format === undefined)
    return { problem: 'is neither text nor an object; allowed: a format string or a json_format' }
  const { text, isDictionary } = format
  if (text.includes('\n') && !text.startsWith('{'))
    return { problem: 'has several lines and is no mapping; allowed: a format string in one line, or a json_format' }
  const parts = partsOf(text)
  if ('problem' in parts) return parts
  const tokens = tokensOf(parts)
  if ('problem' in tokens) return tokens
  const told = new Set(
    tokens.flatMap((token) => (typeof token === 'string' ? [] : token.tells.map(({ field }) => field))),
  )
  if (!told.has('status')) return { problem: '%RESPONSE_CODE% is missing; allowed: any format that writes it' }
  const settle = settlingEnvoy(told.has('method') || told.has('path') || told.has('protocol'))
  return { tokens, settle, isDictionary }
}

/** Envoy escapes nothing in lines of text. */
export function written(tokens: readonly Token[]): Written {
  return { tokens: bestOnly(tokens), never: '', unescape: (raw) => raw }
}

function tokensOf(parts: readonly FormatPart[]): Token[] | Problem {
  const tokens: Token[] = []
  for (const part of parts) {
    const token = typeof part === 'string' ? part : envoyVariable(part)
    if (typeof token !== 'string' && 'problem' in token) return token
    if (token !== '') tokens.push(token)
  }
  return tokens
}

function linesOf(described: Described, variants: readonly (readonly Token[])[]): TextLayout | Problem {
  const layouts: TextLayout[] = []
  for (const variant of variants) {
    const layout = textOf(described, written(variant))
    if (isProblem(layout)) return layout
    layouts.push(layout)
  }
  return oneOf(layouts)
}

/** The shapes of a line, the most telling first. */
export function variantsOf(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const ended = endedByHttp(tokens)
  return ended === null ? [tokens] : [ended, tokens]
}

/**
 * The same line where a path ends at ` HTTP/`, since it may hold quotes and spaces; null where no protocol follows a path. A
 * protocol that is absent is the other variant's.
 */
function endedByHttp(tokens: readonly Token[]): Token[] | null {
  const at = tokens.findIndex((token, index) => {
    const [space, protocol] = [tokens[index + 1], tokens[index + 2]]
    const isPath = typeof token !== 'string' && token.tells.some(({ field }) => field === 'path')
    return isPath && space === ' ' && typeof protocol === 'object' && protocol.name === '%PROTOCOL%'
  })
  return at < 0 ? null : tokens.with(at + 1, ' HTTP/')
}
