import { readFileSync } from 'node:fs'

/** One entry of a golden file: why it is there, the line, and the event or rejection that it must give. */
export interface GoldenEntry {
  readonly why: string
  readonly line: string
  readonly expected: unknown
}

/** Reads `# why`, `> line` and `< JSON` in turn; throws where the file does not hold to that. */
export function readGoldenFile(name: string): GoldenEntry[] {
  const rows = readFileSync(new URL(name, import.meta.url), 'utf8')
    .split('\n')
    .filter((row) => row !== '')
  return Array.from({ length: Math.ceil(rows.length / 3) }, (_, entry) => {
    const [why = '', line = '', expected = ''] = rows.slice(entry * 3)
    if (!why.startsWith('# ') || !line.startsWith('> ') || !expected.startsWith('< ')) {
      throw new Error(`${name}: entry ${entry + 1} is not "# why", "> line", "< event"`)
    }
    return { why: why.slice(2), line: line.slice(2), expected: JSON.parse(expected.slice(2)) as unknown }
  })
}
