/** What opens an object or array, with what closes it. */
const CLOSERS: Readonly<Record<string, string>> = { '{': '}', '[': ']' }

/**
 * A JSON object that was cut, with its whole members and without the one that the cut went through; null where the text does
 * not end inside an object. A member is whole where the next key begins behind it. Linear in the text.
 */
export function wholeMembersOf(text: string): string | null {
  const open: string[] = []
  let whole: string | null = null
  let i = 0
  while (i < text.length) {
    const char = text[i] as string
    if (char === '"') i = stringEnd(text, i)
    else {
      const closer = CLOSERS[char]
      if (closer !== undefined) open.push(closer)
      else if (char === open.at(-1)) open.pop()
      else if (char === ',' && !open.includes(']') && KEY.test(text.slice(i + 1, i + 1 + MAX_SPACES)))
        whole = text.slice(0, i) + open.toReversed().join('')
      i++
    }
  }
  return open.length > 0 || i > text.length ? whole : null
}

/** Between a comma and the next key. */
const MAX_SPACES = 16
const KEY = /^\s*"/

/** Past the closing quote; past the end of the text where there is none. */
function stringEnd(text: string, from: number): number {
  let i = from + 1
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1
  return i + 1
}
