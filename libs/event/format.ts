import type { JsonLayout, Layout, TextLayout } from './layout/layout.js'
import { LAYOUTS } from './layout/layouts.js'
import type { DurationUnit } from './value/duration.js'

/** How the records of a source may be written: what is tried, in which order. */
export interface Format {
  /** What a source names it by; `auto` where it names none. */
  readonly name: string
  /** One sentence for people. */
  readonly sentence: string
  readonly json: readonly JsonLayout[]
  readonly text: readonly TextLayout[]
  /** Whether any other JSON object is read by the dictionary of keys. */
  readonly anyJson: boolean
  /** Whether any other line is read as the combined family. */
  readonly combined: boolean
  /** Unit of duration keys that name none. */
  readonly bareUnit: DurationUnit | undefined
}

/** All formats that a deployment knows: the built-in ones and those that its configuration compiles. */
export class Formats {
  readonly #byName: ReadonlyMap<string, Format>
  readonly auto: Format

  /** `own` are the operator's; they are read where a source names them and never guessed. */
  constructor(own: readonly Layout[] = []) {
    this.auto = { ...BASE.auto, json: LAYOUTS.filter(isJson), text: LAYOUTS.filter(isText) }
    const layouts = Map.groupBy([...LAYOUTS, ...own], ({ name }) => name)
    this.#byName = new Map<string, Format>([
      ['auto', this.auto],
      ...[BASE.json, BASE.nginxJson, BASE.combined, BASE.common].map((format) => [format.name, format] as const),
      ...[...layouts].map(([name, same]) => [name, formatOf(name, same)] as const),
    ])
  }

  /** In the order of the documentation. */
  get all(): readonly Format[] {
    return [...this.#byName.values()]
  }

  /** Names that a source may use. */
  get names(): readonly string[] {
    return [...this.#byName.keys()]
  }

  get(name: string): Format | undefined {
    return this.#byName.get(name)
  }
}

const NOTHING = { json: [], text: [], anyJson: false, combined: false, bareUnit: undefined }
const BASE = {
  auto: {
    ...NOTHING,
    name: 'auto',
    sentence: 'Each record is recognised by itself, whatever wraps it.',
    anyJson: true,
    combined: true,
    bareUnit: 'ms',
  },
  json: {
    ...NOTHING,
    name: 'json',
    sentence: 'JSON objects in the canonical spelling or any alias; durations without a unit are milliseconds.',
    anyJson: true,
    bareUnit: 'ms',
  },
  nginxJson: {
    ...NOTHING,
    name: 'nginx_json',
    sentence: "JSON objects written by nginx's log_format; durations without a unit are seconds.",
    anyJson: true,
    bareUnit: 's',
  },
  combined: {
    ...NOTHING,
    name: 'combined',
    sentence: "Lines of nginx's and Apache's combined and vhost_combined format, with any extras behind.",
    combined: true,
  },
  common: {
    ...NOTHING,
    name: 'common',
    sentence: 'Lines of the common log format: combined without referer and user agent.',
    combined: true,
  },
} as const satisfies Record<string, Format>

function formatOf(name: string, layouts: readonly Layout[]): Format {
  const [first] = layouts
  return {
    ...NOTHING,
    name,
    sentence: first?.sentence ?? '',
    json: layouts.filter(isJson),
    text: layouts.filter(isText),
  }
}

function isJson(layout: Layout): layout is JsonLayout {
  return layout.kind === 'json'
}

function isText(layout: Layout): layout is TextLayout {
  return layout.kind === 'text'
}

/** The built-in formats. */
export const BUILT_IN_FORMATS = new Formats()
