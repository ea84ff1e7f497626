import { isUtf8 } from 'node:buffer'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import type { Envelope } from '#event'
import { epochTime } from '../epoch-time.js'
import { MsgpackReader } from '../msgpack-reader.js'

/** One message of the forward protocol, taken apart. */
export interface ForwardMessage {
  readonly tag: string
  /** The id to be given back once the records are durable; in hex where it is no text. Null where the sender does not ask for it. */
  readonly chunk: string | null
  /** The same in MessagePack, byte for byte as the sender wrote it and compares it; empty where there is none. */
  readonly writtenChunk: Buffer
  /** Read one by one, each time anew: a message may claim many. */
  readonly entries: Iterable<ForwardEntry>
}

/** A record with its time. */
export interface ForwardEntry {
  /** JSON. */
  readonly record: string
  readonly envelope: Envelope | null
}

const MAX_UNPACKED_BYTES = 64 * 1024 * 1024
/** A record that cannot be read. */
const BROKEN: ForwardEntry = { record: 'null', envelope: null }

/**
 * Takes a whole message apart (forward protocol specification v1): one record, a list, or packed and maybe compressed
 * entries. Null for what is no message. Metrics and traces have no entries; of packed entries that break off, those in front
 * of the break are followed by one that cannot be read, because the same message sent again would be no better.
 */
export function forwardMessage(bytes: Buffer): ForwardMessage | null {
  const reader = new MsgpackReader(bytes)
  const members = reader.kind === 'array' ? reader.enter() : 0
  if (members < 2) return null
  const tag = reader.raw()?.toString('utf8')
  const { kind } = reader
  const isSingle = (kind === 'number' || kind === 'extension') && members >= 3
  if (tag === undefined || !(isSingle || kind === 'array' || kind === 'text' || kind === 'bytes')) return null
  const second = reader.at
  reader.skip()
  if (isSingle) reader.skip()
  const hasOption = members > (isSingle ? 3 : 2)
  const writtenChunk = hasOption ? chunkAt(new MsgpackReader(bytes, reader.at), bytes) : NONE
  const option = hasOption ? optionsAt(reader) : {}
  const head = { tag, chunk: chunkOf(writtenChunk), writtenChunk }
  if (Number(option['fluent_signal'] ?? 0) !== 0) return { ...head, entries: [] }
  const entries = new MsgpackReader(bytes, second)
  if (isSingle) return { ...head, entries: [entryOf(entries)] }
  if (kind === 'array')
    return { ...head, entries: { [Symbol.iterator]: () => listed(new MsgpackReader(bytes, second)) } }
  const body = entries.raw() ?? Buffer.alloc(0)
  return { ...head, entries: { [Symbol.iterator]: () => packed(body, option['compressed']) } }
}

const NONE: Buffer = Buffer.alloc(0)

/** The chunk among the options that come next, as it is written; empty where there is none. */
function chunkAt(reader: MsgpackReader, bytes: Buffer): Buffer {
  let chunk = NONE
  const members = reader.kind === 'map' ? reader.enter() : 0
  for (let left = members; left > 0; left--) {
    const key = reader.raw()?.toString('utf8')
    const from = reader.at
    if (reader.raw() !== null && key === 'chunk') chunk = bytes.subarray(from, reader.at)
  }
  return chunk
}

function chunkOf(written: Buffer): string | null {
  const id = written.length === 0 ? null : new MsgpackReader(written).raw()
  return id?.toString(isUtf8(id) ? 'utf8' : 'hex') ?? null
}

function optionsAt(reader: MsgpackReader): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(reader.json())
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function* listed(reader: MsgpackReader): Generator<ForwardEntry> {
  for (let left = reader.enter(); left > 0; left--) yield wholeEntry(reader)
}

function* packed(bytes: Buffer, compressed: unknown): Generator<ForwardEntry> {
  try {
    const reader = new MsgpackReader(uncompressed(bytes, compressed))
    while (!reader.isAtEnd) yield wholeEntry(reader)
  } catch {
    yield BROKEN
  }
}

function uncompressed(bytes: Buffer, compressed: unknown): Buffer {
  const limit = { maxOutputLength: MAX_UNPACKED_BYTES }
  if (compressed === 'gzip') return gunzipSync(bytes, limit)
  return compressed === 'zstd' ? zstdDecompressSync(bytes, limit) : bytes
}

/** `[time, record]`, or `[[time, metadata], record]` as Fluent Bit writes it; anything else is a record that will be rejected. */
function wholeEntry(reader: MsgpackReader): ForwardEntry {
  const end = reader.end()
  const isPair = reader.kind === 'array' && reader.enter() >= 2
  const entry = isPair ? entryOf(reader) : { envelope: null, record: reader.json() }
  reader.at = end
  return entry
}

/** A time, or an array that begins with one, and the record behind it. */
function entryOf(reader: MsgpackReader): ForwardEntry {
  const next = reader.end()
  if (reader.kind === 'array' && reader.enter() === 0) return BROKEN
  const time = reader.seconds()
  reader.at = next
  const told = time === null ? null : epochTime(time.seconds)
  const tsMs = told === null || time === null ? null : told.tsMs + Math.floor(time.nanoseconds / 1e6)
  return { record: reader.json(), envelope: tsMs === null ? null : { tsMs } }
}
