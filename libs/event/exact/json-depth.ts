const QUOTE = 0x22
const BACKSLASH = 0x5c

/** How deep arrays and objects nest in a JSON text; brackets inside strings do not count. The text need not be valid. */
export function jsonDepth(text: string): number {
  let depth = 0
  let deepest = 0
  let inString = false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (inString) {
      if (code === BACKSLASH) i++
      else if (code === QUOTE) inString = false
    } else if (code === QUOTE) {
      inString = true
    } else if (code === 0x7b || code === 0x5b) {
      deepest = Math.max(deepest, ++depth)
    } else if (code === 0x7d || code === 0x5d) {
      depth--
    }
  }
  return deepest
}
