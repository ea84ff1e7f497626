import type { Problem } from './variable.js'

const ALLOWED = 'allowed: LogFormat "…" [NAME], or only its text'

/** Reads `LogFormat "…" name`, `CustomLog file "…"`, only the string, or only its text with or without its `\"`. */
export function apacheFormatOf(directive: string): string | Problem {
  const text = directive.trim().replaceAll(/\\\r?\n\s*/g, '')
  const head = /^(LogFormat\s+|(?:GlobalLog|CustomLog|TransferLog)\s+(?:"(?:[^"\\]|\\.)*"|\S+)\s+)/i.exec(text)
  if (head !== null) {
    const argument = argumentAt(text, head[0].length)
    return argument === null ? { problem: `has a string that does not end; ${ALLOWED}` } : escapesOf(argument.text)
  }
  const whole = /^["']/.test(text) ? argumentAt(text, 0) : null
  if (whole !== null && whole.end === text.length) return escapesOf(whole.text)
  return escapesOf(text.replaceAll(/\\(["\\])/g, '$1'))
}

/** An argument of Apache's configuration: in quotes, where a backslash escapes the quote and itself, or up to a space. */
function argumentAt(text: string, from: number): { readonly text: string; readonly end: number } | null {
  const quote = text[from]
  if (quote !== '"' && quote !== "'") {
    const end = text.slice(from).search(/\s/)
    return { text: end < 0 ? text.slice(from) : text.slice(from, from + end), end: end < 0 ? text.length : from + end }
  }
  const read: string[] = []
  for (let i = from + 1; i < text.length; i++) {
    const next = text[i + 1]
    if (text[i] === quote) return { text: read.join(''), end: i + 1 }
    if (text[i] === '\\' && (next === '\\' || next === quote)) i++
    read.push(text[i] as string)
  }
  return null
}

const CONTROLS: Readonly<Record<string, string>> = { n: '\n', t: '\t' }

/** The escapes of mod_log_config itself. */
function escapesOf(text: string): string {
  return text.replaceAll(/\\([nt\\"])/g, (_, char: string) => CONTROLS[char] ?? char)
}
