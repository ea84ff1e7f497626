/** One action of a bulk request with the document that belongs to it. */
export interface BulkAction {
  /** create, index, update or delete. */
  readonly kind: string
  readonly index: string
  /** The document's id, where the sender gives it one. */
  readonly id: string | null
  /** Undefined for a deletion, and where the body ends before it. */
  readonly source: Buffer | undefined
}

/** A line where an action should be and is none; counted from 1. */
export interface MalformedAction {
  readonly malformed: Buffer
  readonly line: number
}

const KINDS: ReadonlySet<string> = new Set(['create', 'index', 'update', 'delete'])
const LF = 0x0a

/**
 * Reads a bulk body (docs: Elasticsearch, "Bulk API"): an action on one line and its document on the next; blank lines between
 * them, which rsyslog writes, mean nothing. `index` is the one in the path.
 */
export function* bulkActions(body: Buffer, index: string): Generator<BulkAction | MalformedAction> {
  const lines = linesOf(body)
  for (;;) {
    const { value: next, done } = lines.next()
    if (done === true) return
    const action = actionOf(next.bytes, index)
    if (action === null) yield { malformed: next.bytes, line: next.number }
    else if (action.kind === 'delete') yield { ...action, source: undefined }
    else yield { ...action, source: lines.next().value?.bytes }
  }
}

interface Line {
  readonly bytes: Buffer
  readonly number: number
}

/** Lines that are not blank, numbered from 1. */
function* linesOf(body: Buffer): Generator<Line, undefined> {
  let from = 0
  for (let number = 1; from < body.length; number++) {
    const feed = body.indexOf(LF, from)
    const end = feed < 0 ? body.length : feed
    const bytes = body.subarray(from, end)
    if (bytes.some((byte) => byte > 0x20)) yield { bytes, number }
    from = end + 1
  }
  return undefined
}

function actionOf(line: Buffer, index: string): Omit<BulkAction, 'source'> | null {
  const action = objectIn(line)
  const [kind, ...more] = Object.keys(action ?? {})
  if (action === null || kind === undefined || more.length > 0 || !KINDS.has(kind)) return null
  const about = action[kind]
  if (typeof about !== 'object' || about === null) return null
  return { kind, index: textOf(about, '_index') ?? index, id: textOf(about, '_id') }
}

function textOf(about: object, name: string): string | null {
  const value: unknown = Object.hasOwn(about, name) ? (about as Record<string, unknown>)[name] : undefined
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : null
}

/** The JSON object that a line holds; null where it holds none. */
export function objectIn(line: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line.toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}
