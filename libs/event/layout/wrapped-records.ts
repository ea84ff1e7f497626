const BETWEEN: ReadonlySet<string> = new Set([' ', '\t', '\r', '\n', ','])

/**
 * The records that stand in a trimmed text which another record wraps: lines, JSON objects one after another, or an array of
 * objects. Of a text that is one record, or none, it is the only one. Linear in the text.
 */
export function recordsWithin(text: string): readonly string[] {
  if (/^\[\s*\{/.test(text) && text.endsWith(']')) return objectsOf(text.slice(1, -1))
  if (!text.startsWith('{')) return linesOf(text)
  // An object may stand on several lines, too.
  return text.includes('\n') || text.includes('}{') ? objectsOf(text) : [text]
}

function linesOf(text: string): readonly string[] {
  if (!text.includes('\n')) return [text]
  return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : line.trim()))
}

/** Objects, and what stands between them line by line. */
function objectsOf(text: string): readonly string[] {
  const found: string[] = []
  let at = 0
  while (at < text.length) {
    if (BETWEEN.has(text[at] as string)) at++
    else {
      const end = text[at] === '{' ? objectEnd(text, at) : lineEnd(text, at)
      found.push(text.slice(at, end).trim())
      at = end
    }
  }
  return found
}

function lineEnd(text: string, from: number): number {
  const feed = text.indexOf('\n', from)
  return feed < 0 ? text.length : feed
}

/** Past the brace that closes the object which opens at `from`; the end of the text where none does. */
function objectEnd(text: string, from: number): number {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    const char = text[at]
    if (char === '"') at = stringEnd(text, at)
    else if (char === '{') depth++
    else if (char === '}' && --depth === 0) return at + 1
  }
  return text.length
}

/** The quote that ends the string which begins at `from`, or the end of the text. */
function stringEnd(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at
  }
  return text.length
}
