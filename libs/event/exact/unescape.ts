const ESCAPE = /\\(?:x([0-9A-Fa-f]{2})|([^]))/g
const LETTERS: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', b: '\b', f: '\f', v: '\v' }

/**
 * Undoes the escapes of nginx (`\x22`) and Apache (`\"`, `\\`, `\t`, `\xc3`) in a quoted field: `\xHH` are bytes of UTF-8,
 * an unknown letter stands for itself.
 */
export function unescapeField(text: string): string {
  if (!text.includes('\\')) return text
  const parts: Uint8Array[] = []
  let end = 0
  for (const match of text.matchAll(ESCAPE)) {
    parts.push(encoder.encode(text.slice(end, match.index)))
    end = match.index + match[0].length
    const [, hex, letter = ''] = match
    parts.push(hex === undefined ? encoder.encode(LETTERS[letter] ?? letter) : Uint8Array.of(Number.parseInt(hex, 16)))
  }
  parts.push(encoder.encode(text.slice(end)))
  return decoder.decode(concat(parts))
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
