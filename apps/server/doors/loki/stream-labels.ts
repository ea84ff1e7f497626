import type { Labels } from './push.js'

const QUOTE = '"'
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }

/**
 * The labels of `{app="shop", pod="a\"b"}`. Reads as far as it understands, because some senders do not escape what they
 * quote: what is not understood is left away, never refused.
 */
export function streamLabels(text: string): Labels {
  const labels: Record<string, string> = Object.create(null) as Record<string, string>
  let at = text.indexOf('{') + 1
  while (at > 0) {
    const equals = text.indexOf('=', at)
    if (equals < 0) return labels
    const name = text.slice(at, equals).trim()
    const open = text.indexOf(QUOTE, equals)
    if (open < 0) return labels
    const { value, end } = quoted(text, open)
    if (name !== '') labels[name] = value
    at = text.indexOf(',', end) + 1
  }
  return labels
}

function quoted(text: string, open: number): { readonly value: string; readonly end: number } {
  let value = ''
  let from = open + 1
  for (let i = from; i < text.length; i++) {
    const char = text[i]
    if (char === QUOTE) return { value: value + text.slice(from, i), end: i + 1 }
    if (char !== '\\') continue
    const next = text[i + 1] ?? ''
    value += text.slice(from, i) + (ESCAPES[next] ?? next)
    from = ++i + 1
  }
  return { value: value + text.slice(from), end: text.length }
}
