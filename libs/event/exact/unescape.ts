const BACKSLASH = 0x5c
const LETTER_X = 0x78
/** What a letter behind a backslash stands for, where it is not itself: t, n, r, b, f, v. */
const CONTROLS: ReadonlyMap<number, number> = new Map([
  [0x74, 0x09],
  [0x6e, 0x0a],
  [0x72, 0x0d],
  [0x62, 0x08],
  [0x66, 0x0c],
  [0x76, 0x0b],
])

/**
 * Undoes the escapes of nginx (`\x22`) and Apache (`\"`, `\\`, `\t`, `\xc3`) in a quoted field: `\xHH` are bytes of UTF-8,
 * any other character behind a backslash stands for itself.
 */
export function unescapeField(text: string): string {
  if (!text.includes('\\')) return text
  const bytes = encoder.encode(text)
  let size = 0
  for (let i = 0; i < bytes.length; i++) {
    let byte = bytes[i] as number
    if (byte === BACKSLASH && i + 1 < bytes.length) {
      byte = bytes[++i] as number
      const value = byte === LETTER_X ? hexPair(bytes, i + 1) : -1
      if (value >= 0) i += 2
      byte = value >= 0 ? value : (CONTROLS.get(byte) ?? byte)
    }
    bytes[size++] = byte
  }
  return decoder.decode(bytes.subarray(0, size))
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** The byte that two hex digits spell, or -1. */
function hexPair(bytes: Uint8Array, at: number): number {
  const high = hexDigit(bytes[at] ?? 0)
  const low = hexDigit(bytes[at + 1] ?? 0)
  return high < 0 || low < 0 ? -1 : high * 16 + low
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}
