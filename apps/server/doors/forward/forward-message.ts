import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { decodeMulti, ExtensionCodec, type DecoderOptions } from '@msgpack/msgpack'
import type { Envelope } from '#event'

/** One message of the forward protocol, taken apart. */
export interface ForwardMessage {
  readonly tag: string
  /** To be given back once the records are durable; null where the sender does not ask for it. */
  readonly chunk: string | null
  readonly entries: readonly ForwardEntry[]
}

/** A record with its time. */
export interface ForwardEntry {
  /** JSON. */
  readonly record: string
  readonly envelope: Envelope | null
}

const EVENT_TIME = 0
const MAX_UNPACKED_BYTES = 64 * 1024 * 1024

const extensionCodec = new ExtensionCodec()
extensionCodec.register({ type: EVENT_TIME, encode: () => null, decode: readEventTime })

/** Limits of what is read; a message past them is an error of the decoder. */
export const DECODING: DecoderOptions<undefined> = {
  extensionCodec,
  maxStrLength: 4 * 1024 * 1024,
  maxBinLength: MAX_UNPACKED_BYTES,
  maxArrayLength: 1_000_000,
  maxMapLength: 10_000,
  maxExtLength: 64,
}

/** Seconds and nanoseconds since 1970 as Fluentd's EventTime tells them. */
class EventTime {
  constructor(readonly ms: number) {}
}

function readEventTime(bytes: Uint8Array): EventTime | null {
  if (bytes.length !== 8) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8)
  return new EventTime(view.getUint32(0) * 1_000 + Math.floor(view.getUint32(4) / 1e6))
}

/**
 * Takes a decoded message apart (forward protocol specification v1): one record, a list, or packed and maybe compressed
 * entries. Null for what is no message. Metrics and traces have no entries; of packed entries that break off, those in front
 * of the break are followed by one that cannot be read, because the same message sent again would be no better.
 */
export function forwardMessage(value: unknown): ForwardMessage | null {
  if (!Array.isArray(value) || typeof value[0] !== 'string') return null
  const [tag, second, third, fourth] = value as [string, unknown, unknown, unknown]
  const isSingle = value.length >= 3 && isTime(second)
  const option = asOption(isSingle ? fourth : third)
  const chunk = typeof option['chunk'] === 'string' ? option['chunk'] : null
  if (Number(option['fluent_signal'] ?? 0) !== 0) return { tag, chunk, entries: [] }
  const entries = isSingle ? [[second, third]] : entriesOf(second, option['compressed'])
  return entries === null ? null : { tag, chunk, entries: entries.map((entry) => entryOf(entry)) }
}

function asOption(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function entriesOf(value: unknown, compressed: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value
  // Old senders write packed entries as text.
  const packed = typeof value === 'string' ? Buffer.from(value, 'latin1') : value
  if (!(packed instanceof Uint8Array)) return null
  const entries: unknown[] = []
  try {
    for (const entry of decodeMulti(uncompressed(packed, compressed), DECODING)) entries.push(entry)
  } catch {
    entries.push(null)
  }
  return entries
}

function uncompressed(packed: Uint8Array, compressed: unknown): Uint8Array {
  const limit = { maxOutputLength: MAX_UNPACKED_BYTES }
  if (compressed === 'gzip') return gunzipSync(packed, limit)
  return compressed === 'zstd' ? zstdDecompressSync(packed, limit) : packed
}

/** `[time, record]`, or `[[time, metadata], record]` as Fluent Bit writes it; anything else is a record that will be rejected. */
function entryOf(entry: unknown): ForwardEntry {
  if (!Array.isArray(entry) || entry.length < 2) return { record: jsonOf(entry), envelope: null }
  const [head, record] = entry as [unknown, unknown]
  const tsMs = timeOf(Array.isArray(head) ? head[0] : head)
  return { record: jsonOf(record), envelope: tsMs === null ? null : { tsMs } }
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' || value instanceof EventTime
}

/** Epoch ms; null where a sender writes 0 for "unknown". */
function timeOf(value: unknown): number | null {
  if (value instanceof EventTime) return value.ms
  return typeof value === 'number' && value > 0 && value < 1e11 ? Math.round(value * 1_000) : null
}

/** Strings may come as bytes. */
function jsonOf(record: unknown): string {
  try {
    return JSON.stringify(record, readable) ?? 'null'
  } catch {
    // Nested past what the stack holds.
    return 'null'
  }
}

function readable(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value
}
