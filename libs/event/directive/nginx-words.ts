import type { Problem } from './variable.js'

/** How nginx escapes the values of a log_format. */
export type NginxEscape = 'default' | 'json' | 'none'

/** A log_format as its text was meant: what the configuration's quotes and escapes stand for. */
export interface LogFormat {
  readonly text: string
  readonly escape: NginxEscape
}

interface Word {
  readonly text: string
  readonly quote: string
}

const ALLOWED = "allowed: log_format NAME [escape=default|json|none] '…' '…'; or only its text"

/** Reads `log_format name escape=json '…' '…';`, only its strings, or only the text in them. */
export function logFormatOf(directive: string): LogFormat | Problem {
  const trimmed = directive.trim()
  if (/^log_format\s/.test(trimmed)) return fromWords(trimmed, 2)
  const first = trimmed[0]
  if (first === "'" || trimmed.startsWith('escape=')) return fromWords(trimmed, 0)
  // Text may begin with a quote too; then it is one string, or has one on each line.
  if (first !== '"') return { text: trimmed, escape: 'default' }
  const words = wordsOf(trimmed)
  const isString = !('problem' in words) && words.every(({ quote }) => quote !== '')
  return isString && (words.length === 1 || trimmed.includes('\n'))
    ? fromWords(trimmed, 0)
    : { text: trimmed, escape: 'default' }
}

function fromWords(text: string, leaveAway: number): LogFormat | Problem {
  const words = wordsOf(text)
  if ('problem' in words) return words
  const [first, ...rest] = words.slice(leaveAway)
  if (first === undefined) return { problem: `holds no text; ${ALLOWED}` }
  const escape = first.quote === '' ? /^escape=(.*)$/.exec(first.text)?.[1] : undefined
  if (escape === undefined) return { text: textIn([first, ...rest]), escape: 'default' }
  if (escape !== 'default' && escape !== 'json' && escape !== 'none')
    return { problem: `has escape=${escape}; allowed: one of default, json, none` }
  return rest.length === 0 ? { problem: `holds no text; ${ALLOWED}` } : { text: textIn(rest), escape }
}

function textIn(words: readonly Word[]): string {
  return words.map(({ text }) => text).join('')
}

/** The words of a directive as nginx reads them, up to the semicolon. */
function wordsOf(text: string): Word[] | Problem {
  const words: Word[] = []
  let i = 0
  while (i < text.length && text[i] !== ';') {
    const char = text[i] as string
    if (/\s/.test(char)) i++
    else if (char === '#') i = endOfLine(text, i)
    else {
      const quote = char === "'" || char === '"' ? char : ''
      const end = quote === '' ? bareEnd(text, i) : quotedEnd(text, i, quote)
      if (end < 0) return { problem: `has a string that does not end, from character ${i + 1}; ${ALLOWED}` }
      words.push({ quote, text: unquoted(quote === '' ? text.slice(i, end) : text.slice(i + 1, end - 1)) })
      i = end
    }
  }
  return words
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

function bareEnd(text: string, from: number): number {
  let i = from
  while (i < text.length && !/[\s;]/.test(text[i] as string)) i++
  return i
}

/** Past the closing quote; -1 where there is none. */
function quotedEnd(text: string, from: number, quote: string): number {
  for (let i = from + 1; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === quote) return i + 1
  }
  return -1
}

const CONTROLS: Readonly<Record<string, string>> = { t: '\t', r: '\r', n: '\n' }

/** Of the escapes of nginx's configuration; a backslash before any other character stays. */
function unquoted(text: string): string {
  return text.replaceAll(/\\(["'\\trn])/g, (_, char: string) => CONTROLS[char] ?? char)
}
