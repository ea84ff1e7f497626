const SECRET = '(?:token|secret|passw(?:or)?d|api[_-]?key|credential|authorization|cookie|session|sessid)'
const NAME = `(?:args|query|query[_-]?(?:string|params|args)|[^"\\\\\\n]{0,64}${SECRET}[^"\\\\\\n]{0,64})`

/** A member of an object, as JSON or as JSON in a string (in a string …), up to its value. */
const MEMBER = new RegExp(String.raw`(?<!\\)(\\{0,7}")${NAME}\1\s*:\s*`, 'gi')
/** `token=…`, also after an escaped character. */
const PAIR = new RegExp(
  String.raw`(?<![\w.-])([\w.-]{0,64}${SECRET}[\w.-]{0,64}(?:=|%3d|\\u003d))(?:"(?:[^"\\]|\\.)*"?|(?:[^\s"&;,\\]|\\(?!"))+)`,
  'gi',
)

/** Replaces values whose names say that they are secret or a query: members of JSON, of whatever type, and `name=value`. */
export function maskNamed(text: string): string {
  return maskMembers(text).replace(PAIR, '$1***')
}

function maskMembers(text: string): string {
  let shown = ''
  let from = 0
  MEMBER.lastIndex = 0
  for (let found = MEMBER.exec(text); found !== null; found = MEMBER.exec(text)) {
    const quote = found[1]!
    const value = MEMBER.lastIndex
    const end = valueEnd(text, value, quote)
    shown += `${text.slice(from, value)}${quote}***${quote}`
    MEMBER.lastIndex = from = end
  }
  return shown + text.slice(from)
}

/** Where the value that begins at `at` ends; the end of the text for one that was cut off. */
function valueEnd(text: string, at: number, quote: string): number {
  let depth = 0
  for (let index = at; index < text.length;) {
    const char = text[index]!
    if (text.startsWith(quote, index)) {
      index = stringEnd(text, index + quote.length, quote.length - 1)
      if (depth === 0) return index
      continue
    }
    if (depth === 0 && /[,}\]\s"\\]/.test(char)) return index
    if (char === '{' || char === '[') depth++
    else if ((char === '}' || char === ']') && --depth === 0) return index + 1
    index++
  }
  return text.length
}

/** A string that is quoted with `escapes` backslashes ends at the next quote that is escaped no deeper. */
function stringEnd(text: string, at: number, escapes: number): number {
  for (let quote = text.indexOf('"', at); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let run = 0
    while (quote - run > at && text[quote - run - 1] === '\\') run++
    // Fewer: the string around it ends, and this one was cut off.
    if (run < escapes) return quote - run
    if ((run - escapes) % (2 * (escapes + 1)) === 0) return quote + 1
  }
  return text.length
}
