/**
 * Mends what nginx's log_format writes into hand-made JSON: `\xHH` escapes (without `escape=json`), a missing value
 * (`:,` and `:}`), a bare `-`, a bare list (`0.002, 0.001`), a bare `000` or `+12`, and raw control characters in strings; and the
 * two quotes that Apache writes for an empty user, within quotes. All else is copied as it is, so a text that was broken
 * otherwise stays broken. Takes time linear in the text.
 */
export function repairJson(text: string): string {
  const out: string[] = []
  let copied = 0
  let i = 0
  let isValue = false
  while (i < text.length) {
    const end =
      text[i] === '"'
        ? isValue
          ? stringsEnd(text, i)
          : stringEnd(text, i)
        : text[i] === ':'
          ? bareValueEnd(text, i)
          : plainEnd(text, i)
    const token = text.slice(i, end)
    isValue = token.startsWith(':') && token.trim() === ':'
    const mended = token.startsWith('"')
      ? repairString(joinedStrings(token))
      : token.startsWith(':')
        ? repairBare(token, text[end])
        : token
    if (mended !== token) {
      out.push(text.slice(copied, i), mended)
      copied = end
    }
    i = end
  }
  return out.join('') + text.slice(copied)
}

/** Past the closing quote of a string literal, or the end of the text. */
function stringEnd(text: string, from: number): number {
  let i = from + 1
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1
  return Math.min(i + 1, text.length)
}

/** The same past the strings, too, that stand right behind it; not of keys, which could spell another key so. */
function stringsEnd(text: string, from: number): number {
  let end = stringEnd(text, from)
  while (text[end] === '"') end = stringEnd(text, end)
  return end
}

/** One string out of those that stand side by side: the quotes between them were an empty user. */
function joinedStrings(token: string): string {
  let end = stringEnd(token, 0)
  if (end === token.length) return token
  const parts = [token.slice(0, end - 1)]
  while (end < token.length) {
    const from = end + 1
    end = stringEnd(token, end)
    parts.push(token.slice(from, end - 1))
  }
  return `${parts.join('')}${token.slice(-1)}`
}

/** Past a run without quotes and colons. */
function plainEnd(text: string, from: number): number {
  let i = from + 1
  while (i < text.length && text[i] !== '"' && text[i] !== ':') i++
  return i
}

/** Past a colon and the bare value, or list of bare values, behind it. */
function bareValueEnd(text: string, from: number): number {
  let end = wordEnd(text, skipSpace(text, from + 1))
  for (;;) {
    const separator = skipSpace(text, end)
    if (text[separator] !== ',' && text[separator] !== ':') return end
    const next = skipSpace(text, separator + 1)
    if (next === separator + 1 || !/[-\d]/.test(text[next] ?? '')) return end
    end = wordEnd(text, next)
  }
}

function skipSpace(text: string, from: number): number {
  let i = from
  while (i < text.length && SPACE.has(text[i] ?? '')) i++
  return i
}

function wordEnd(text: string, from: number): number {
  let i = from
  while (i < text.length && !STOP.has(text[i] ?? '')) i++
  return i
}

const SPACE: ReadonlySet<string> = new Set(' \t\r\n')
const STOP: ReadonlySet<string> = new Set(' \t\r\n,:"{}[]')
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/
const LIST = /^\+?[-\d.,:\s]+$/

function repairBare(token: string, next: string | undefined): string {
  const value = token.slice(1).trim()
  if (value === '') return next === ',' || next === '}' ? ':null' : token
  return LIST.test(value) && !JSON_NUMBER.test(value) ? `:"${value}"` : token
}

// oxlint-disable-next-line no-control-regex -- raw control characters are what this looks for
const CONTROL_OR_ESCAPE = /\\x([0-9A-Fa-f]{2})|\\[^]|[\u0000-\u001f]+/g

// oxlint-disable-next-line no-control-regex -- raw control characters are what this looks for
const BROKEN = /\\x|[\u0000-\u001f]/

function repairString(token: string): string {
  if (!BROKEN.test(token)) return token
  const out: string[] = []
  const bytes: number[] = []
  const flush = () => {
    if (bytes.length > 0) out.push(quoted(decoder.decode(Uint8Array.from(bytes.splice(0)))))
  }
  let end = 0
  for (const match of token.matchAll(CONTROL_OR_ESCAPE)) {
    if (match.index > end) flush()
    out.push(token.slice(end, match.index))
    end = match.index + match[0].length
    if (match[1] !== undefined) bytes.push(Number.parseInt(match[1], 16))
    else {
      flush()
      out.push(match[0].startsWith('\\') ? match[0] : quoted(match[0]))
    }
  }
  flush()
  return out.join('') + token.slice(end)
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** The text as it stands inside a JSON string. */
function quoted(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}
