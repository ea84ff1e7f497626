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
  constructor(private readonly readers: readonly TextReader[]) {}

  recognise(line: string, reading: Reading): string | null {
    for (const reader of this.readers) {
      const why = reader.recognise(line, reading)
      if (why !== null) return why
    }
    return null
  }

  /** A line that is whole in no shape is taken for the first that it is a cut line of. */
  read(line: string, reading: Reading): Parsed | 'header' {
    const whole = this.readers.find((reader) => reader.recognise(line, reading) !== null)
    if (whole !== undefined) return whole.read(line, reading)
    for (const reader of this.readers) {
      const read = reader.read(line, reading)
      if (read === 'header' || !('reject' in read) || read.reject !== 'unreadable') return read
    }
    return { reject: 'unreadable' }
  }
}
