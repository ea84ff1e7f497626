import type { Parsed, Reading } from '../exact/told-event.js'
import type { TextLayout, TextReader } from '../layout/layout.js'
import type { Mismatch } from '../layout/pattern.js'

/** One layout whose lines have several shapes, the most telling first: what is missing in a line leaves no trace there. */
export function oneOf(layouts: readonly TextLayout[]): TextLayout {
  const [first] = layouts
  if (first !== undefined && layouts.length === 1) return first
  return {
    kind: 'text',
    name: first?.name ?? '',
    sentence: first?.sentence ?? '',
    reader: () => new AlternativesReader(layouts.map((layout) => layout.reader())),
    mismatch: (line) => furthest(layouts.map((layout) => layout.mismatch?.(line) ?? null)),
  }
}

/** The mismatch of the shape that a line is nearest to; null where it is of one. */
function furthest(mismatches: readonly (Mismatch | null)[]): Mismatch | null {
  let best: Mismatch | null = null
  for (const mismatch of mismatches) {
    if (mismatch === null) return null
    if (best === null || mismatch.at > best.at) best = mismatch
  }
  return best
}

class AlternativesReader implements TextReader {
  /** The line that was recognised last and its shape, so that it is not matched again when it is read. */
  #line = ''
  #known: TextReader | undefined

  constructor(private readonly readers: readonly TextReader[]) {}

  recognise(line: string, reading: Reading): string | null {
    this.#line = line
    this.#known = undefined
    for (const reader of this.readers) {
      const why = reader.recognise(line, reading)
      if (why === null) continue
      this.#known = reader
      return why
    }
    return null
  }

  /** A line that is whole in no shape is taken for the first that it is a cut line of. */
  read(line: string, reading: Reading): Parsed | 'header' {
    if (this.#line !== line) this.recognise(line, reading)
    const known = this.#known
    this.#line = ''
    if (known !== undefined) return known.read(line, reading)
    for (const reader of this.readers) {
      const read = reader.read(line, reading)
      if (read === 'header' || !('reject' in read) || read.reject !== 'unreadable') return read
    }
    return { reject: 'unreadable' }
  }
}
