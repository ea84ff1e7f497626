import { unescapeField } from '../exact/unescape.js'
import type { Layout, TextLayout } from '../layout/layout.js'
import { layoutOf } from './layout-of.js'
import { nginxVariable } from './nginx-variables.js'
import { logFormatOf, type NginxEscape } from './nginx-words.js'
import { unescapeJson } from './unescape-json.js'
import type { Described } from './text-directive.js'
import type { Problem, Token } from './variable.js'

/** The layout of nginx's `log_format`: the whole directive, its strings, or only their text. */
export function compileNginx(name: string, directive: string): Layout | Problem {
  return nginxLayout({ name, sentence: 'Your own nginx log_format.' }, directive)
}

/** The layout of a built-in directive of nginx that writes text. Throws for a wrong one, which is a bug. */
export function nginxText(described: Described, directive: string): TextLayout {
  const layout = nginxLayout(described, directive)
  if ('problem' in layout || layout.kind !== 'text') throw new Error(`${described.name} does not compile`)
  return layout
}

function nginxLayout(described: Described, directive: string): Layout | Problem {
  const format = logFormatOf(directive)
  if ('problem' in format) return format
  const tokens = tokensOf(format.text)
  if ('problem' in tokens) return tokens
  const { escape } = format
  const written = { tokens, never: escape === 'none' ? '' : '"\t', unescape: UNESCAPE[escape] }
  return layoutOf(described, written, '$status')
}

const UNESCAPE: Readonly<Record<NginxEscape, (raw: string) => string>> = {
  default: unescapeField,
  json: unescapeJson,
  none: (raw) => raw,
}

const VARIABLE = /\$(?:\{(\w+)\}|(\w+))/g

function tokensOf(text: string): Token[] | Problem {
  const tokens: Token[] = []
  let end = 0
  for (const match of text.matchAll(VARIABLE)) {
    tokens.push(text.slice(end, match.index), nginxVariable(match[1] ?? match[2] ?? ''))
    end = match.index + match[0].length
  }
  tokens.push(text.slice(end))
  const dollar = tokens.find((token) => typeof token === 'string' && token.includes('$'))
  return dollar === undefined
    ? tokens
    : {
        problem: `has a $ without the name of a variable behind it, in ${JSON.stringify(dollar)}; allowed: $name or \${name}`,
      }
}
