/** Escapes that stay: decoded, they would be read as the end of a segment or of the path. */
const STAYS: ReadonlySet<string> = new Set(['%2F', '%3F', '%23', '%3B'])
const RUN = /(?:%[0-9A-Fa-f]{2})+/g

/** A value without its percent escapes, which are bytes of UTF-8; escapes of `/`, `?`, `#` and `;` stay. */
export function withoutPercents(value: string): string {
  return value.includes('%') ? value.replace(RUN, decodedRun) : value
}

function decodedRun(run: string): string {
  const bytes: number[] = []
  for (let i = 0; i < run.length; i += 3) {
    const escape = run.slice(i, i + 3).toUpperCase()
    if (STAYS.has(escape)) bytes.push(...encoder.encode(escape))
    else bytes.push(Number.parseInt(escape.slice(1), 16))
  }
  return decoder.decode(Uint8Array.from(bytes))
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
