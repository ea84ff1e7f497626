import { hash } from 'node:crypto'
import type { FileSpan } from '#delta'
import type { Principal } from '../http/access.js'
import { wrong } from '../http/known-arguments.js'
import { Refusal } from '../http/refusal.js'
import { DEFAULT_SOURCE, isSourceName } from './source-name.js'

/** What the sender says about its batch, checked. */
export interface IngestArguments {
  readonly source: string
  readonly format: string | null
  readonly idempotencyKey: string | null
  readonly file: FileSpan | null
  readonly replayed: boolean
}

type Headers = { readonly [name: string]: string | string[] | undefined }

/** The parts of a request that hold arguments. */
export interface IngestRequest {
  readonly headers: Headers
  readonly params: unknown
  readonly query: unknown
}

const MAX_IDEMPOTENCY_KEY = 256

/** Reads source, format, key and file span from path, query and headers; throws a `Refusal` for what is not allowed. */
export function readArguments(
  request: IngestRequest,
  principal: Principal,
  formats: readonly string[],
): IngestArguments {
  const { headers } = request
  const query = request.query as Headers
  const source = sourceNamedBy(request, principal) ?? DEFAULT_SOURCE
  return {
    source,
    format: chooseFormat(first(query['format']) ?? first(headers['x-statusline-format']), formats),
    idempotencyKey: checkIdempotencyKey(first(headers['idempotency-key'])),
    file: readFileSpan(headers, source),
    replayed: readReplay(first(headers['x-statusline-replay'])),
  }
}

/** The source that path, header or query name, or that the key is bound to; null where none does. Throws a `Refusal`. */
export function sourceNamedBy(request: IngestRequest, principal: Principal): string | null {
  const fromPath = (request.params as { source?: string }).source
  const named = fromPath ?? first(request.headers['x-statusline-source']) ?? first((request.query as Headers)['source'])
  if (named !== undefined && !isSourceName(named)) throw new Refusal('bad_source')
  if (principal.source === null) return named ?? null
  if (named !== undefined && named !== principal.source)
    throw new Refusal('source_forbidden', { source: principal.source })
  return principal.source
}

function chooseFormat(name: string | undefined, formats: readonly string[]): string | null {
  if (name === undefined || name === '' || name === 'auto') return null
  if (formats.includes(name)) return name
  throw new Refusal('bad_format', {
    format: JSON.stringify(name.slice(0, 40)),
    allowed: ['auto', ...formats].join(', '),
  })
}

/** A `true` that is not understood would be counted as live traffic, or rejected as too old. */
function readReplay(word: string | undefined): boolean {
  if (word === undefined || word === '0' || word === '1') return word === '1'
  throw wrong('X-Statusline-Replay', '1, or 0 for no')
}

function checkIdempotencyKey(key: string | undefined): string | null {
  if (key === undefined) return null
  if (key.length === 0 || key.length > MAX_IDEMPOTENCY_KEY) throw new Refusal('bad_idempotency_key')
  return key
}

function readFileSpan(headers: Headers, source: string): FileSpan | null {
  if (headers['x-statusline-file'] === undefined && headers['x-statusline-range'] === undefined) return null
  const names = ['x-statusline-file', 'x-statusline-range', 'x-statusline-tail', 'x-statusline-previous-tail']
  const [file, range, tail, previous] = names.map((name) => first(headers[name]))
  const [, from = '', to = ''] = /^(\d{1,16})-(\d{1,16})$/.exec(range ?? '') ?? []
  const span = { fingerprint: readDigest(file ?? ''), from: Number(from), to: Number(to), tail: readDigest(tail ?? '') }
  const previousTail = span.from === 0 ? NO_TAIL : readDigest(previous ?? '')
  if (span.fingerprint === null || span.tail === null || previousTail === null || from === '')
    throw new Refusal('bad_file_span')
  if (span.from > span.to || !Number.isSafeInteger(span.to)) throw new Refusal('bad_file_span')
  return { ...span, fingerprint: fileOfSource(source, span.fingerprint), tail: span.tail, previousTail }
}

/** A file is known by source: the same one under another source is another, and no source can tell or move another's end. */
export function fileOfSource(source: string, fingerprint: Uint8Array): Uint8Array {
  return hash('sha256', Buffer.concat([Buffer.from(`file\0${source}\0`), fingerprint]), 'buffer')
}

const NO_TAIL = new Uint8Array(32)

/** 32 bytes from 64 hex digits; null where it is something else. */
export function readDigest(hex: string): Uint8Array | null {
  return /^[0-9a-f]{64}$/i.test(hex) ? Buffer.from(hex, 'hex') : null
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}
