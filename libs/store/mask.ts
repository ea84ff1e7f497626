import { maskNamed } from './mask-named.js'

/**
 * A record as a person may see it: addresses, query strings and credentials are replaced, and so are control characters, which
 * could speak to a terminal. Every pattern is linear; records hold at most 16 KiB.
 */
export function mask(record: Uint8Array): string {
  // Control characters first, so that none can hide a pattern. Tab and line feed stay.
  let text = new TextDecoder()
    .decode(record)
    .replace(/\p{Cc}/gu, (control) => (/[\t\n]/.test(control) ? control : '\u{fffd}'))
  // What JSON escapes for no need may only be hiding.
  text = text.replace(/\\u00([2-7][0-9a-f])/gi, (escape, hex: string) => plain(escape, hex))
  text = maskNamed(text)
  for (const [pattern, replacement] of MASKS) text = text.replace(pattern, replacement)
  return text
}

/** The letter, digit or sign that is escaped; a quote and a backslash stay escaped. */
function plain(escape: string, hex: string): string {
  const character = String.fromCharCode(Number.parseInt(hex, 16))
  return /["\\\u007f]/.test(character) ? escape : character
}

const MASKS: readonly (readonly [RegExp, string])[] = [
  [/\b((?:proxy-)?authorization\s*[:=]\s*|(?:set-)?cookie\s*:\s*)[^"\n]{1,4096}/gi, '$1***'],
  [/\b(bearer|basic|digest|negotiate)\s+[\w.~+/=-]{4,}/gi, '$1 ***'],
  // User and password of an address, also where slashes are escaped.
  [/((?::|%3a)(?:\\?\/|%2f){2})[^\s"/]{1,1024}@/gi, '$1***@'],
  // A question mark may come escaped, as in JSON or in another address; a backslash ends nothing but before a quote.
  [/(\?|\\u003f|\\x3f|%3f)(?:[^\s"\\]|\\(?!"))+/gi, '$1***'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, '***'],
  // IPv6 in full or with "::"; a time of day has neither.
  [/(?<![\w:])(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}(?![\w:])/gi, '***'],
  [/(?<![\w:])[0-9a-f:]{0,39}::[0-9a-f:.]{0,39}/gi, '***'],
]
