/**
 * A record as a person may see it: addresses, query strings and credentials are replaced, and so are control characters, which
 * could speak to a terminal. Every pattern is linear; records hold at most 16 KiB.
 */
export function mask(record: Uint8Array): string {
  // Control characters first, so that none can hide a pattern. Tab and line feed stay.
  let text = new TextDecoder()
    .decode(record)
    .replace(/\p{Cc}/gu, (control) => (/[\t\n]/.test(control) ? control : '\u{fffd}'))
  for (const [pattern, replacement] of MASKS) text = text.replace(pattern, replacement)
  return text
}

const MASKS: readonly (readonly [RegExp, string])[] = [
  [/("(?:proxy-)?authorization"\s*:\s*)"(?:[^"\\]|\\.)*"?/gi, '$1"***"'],
  [/\b((?:proxy-)?authorization\s*[:=]\s*)[^"\n]{1,4096}/gi, '$1***'],
  [/\b(bearer|basic|digest|negotiate)\s+[\w.~+/=-]{4,}/gi, '$1 ***'],
  [/("(?:cookie|set-cookie|x-api-key|api[_-]?key|token|password|secret)"\s*:\s*)"(?:[^"\\]|\\.)*"?/gi, '$1"***"'],
  [/\?[^\s"'<>\\]+/g, '?***'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, '***'],
  // IPv6 in full or with "::"; a time of day has neither.
  [/(?<![\w:])(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}(?![\w:])/gi, '***'],
  [/(?<![\w:])[0-9a-f:]{0,39}::[0-9a-f:.]{0,39}/gi, '***'],
]
