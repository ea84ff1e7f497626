/**
 * Whether an object of a JSON text has the same key twice, however it is escaped, or a key that nobody can read. What writes
 * JSON escapes its values and has every key once: a second one is a client's, out of a value that nothing escaped. Linear in
 * the text.
 */
export function hasDoubledKey(text: string): boolean {
  /** The keys of the objects that are open; null for an array. */
  const open: (Set<string> | null)[] = []
  let i = 0
  while (i < text.length) {
    const char = text[i] as string
    if (char === '"') {
      const end = stringEnd(text, i)
      const keys = open.at(-1)
      if (keys !== null && keys !== undefined && isKey(text, end)) {
        const key = keyOf(text.slice(i, end))
        if (key === undefined || keys.has(key)) return true
        keys.add(key)
      }
      i = end
      continue
    }
    if (char === '{') open.push(new Set())
    else if (char === '[') open.push(null)
    else if (char === '}' || char === ']') open.pop()
    i++
  }
  return false
}

/** Past the closing quote of a string literal, or the end of the text. */
function stringEnd(text: string, from: number): number {
  let i = from + 1
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1
  return Math.min(i + 1, text.length)
}

function isKey(text: string, end: number): boolean {
  let i = end
  while (i < text.length && ' \t\r\n'.includes(text[i] as string)) i++
  return text[i] === ':'
}

function keyOf(literal: string): string | undefined {
  try {
    return JSON.parse(literal) as string
  } catch {
    return undefined
  }
}
