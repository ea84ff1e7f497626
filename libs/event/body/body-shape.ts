import type { RecordReader } from './record-reader.js'

/** Shapes of a body. */
export type BodyKind = 'empty' | 'objects' | 'array' | 'wrapper' | 'text' | 'mixed'

/** What a body was. */
export interface BodySummary {
  /** Records of any fate: events and rejects. */
  readonly records: number
  /** The format that records were read as: the one asked for, else the one recognised; `auto` for several, null for none. */
  readonly format: string | null
  readonly kind: BodyKind
  /** No record was recognised and the body holds NULs or is no UTF-8: not a log at all. */
  readonly unreadable: boolean
}

const OBJECTS = 1
const ARRAY = 2
const WRAPPER = 4
const TEXT = 8
const KINDS: ReadonlyMap<number, BodyKind> = new Map<number, BodyKind>([
  [0, 'empty'],
  [OBJECTS, 'objects'],
  [ARRAY, 'array'],
  [WRAPPER, 'wrapper'],
  [TEXT, 'text'],
])

/** Gathers what was seen in a body. */
export class BodyShape {
  #seen = 0

  get hasText(): boolean {
    return (this.#seen & TEXT) !== 0
  }

  clear(): void {
    this.#seen = 0
  }

  sawObject(): void {
    this.#seen |= OBJECTS
  }

  sawArray(): void {
    this.#seen |= ARRAY
  }

  sawWrapper(): void {
    this.#seen |= WRAPPER
  }

  sawText(): void {
    this.#seen |= TEXT
  }

  /** What the body was, once `reader` has read all of it. */
  summary(reader: RecordReader): BodySummary {
    return {
      records: reader.records,
      format: formatOf(reader),
      kind: KINDS.get(this.#seen) ?? 'mixed',
      unreadable: reader.recognised === 0 && reader.sawBinary,
    }
  }
}

function formatOf(reader: RecordReader): string | null {
  if (reader.format.name !== 'auto') return reader.format.name
  if (reader.jsonRecords > 0) return reader.textRecords > 0 ? 'auto' : 'json'
  return reader.textRecords > 0 ? 'combined' : null
}
