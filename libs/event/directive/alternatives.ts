import type { Parsed, Reading } from '../exact/told-event.js'
import type { TextLayout, TextReader } from '../layout/layout.js'

/** One layout whose lines have several shapes, the most telling first: what is missing in a line leaves no trace there. */
export function oneOf(layouts: readonly TextLayout[]): TextLayout {
  const [first] = layouts
  if (first !== undefined && layouts.length === 1) return first
  return {
    kind: 'text',
    name: first?.name ?? '',
    sentence: first?.sentence ?? '',
    reader: () => new AlternativesReader(layouts.map((layout) => layout.reader())),
  }
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
