import { nestedEnd, readFields, readMessage, readNested, type Reader } from '../protobuf-message.js'
import { entryTime, type Labels, type TakeEntry } from './push.js'
import { streamLabels } from './stream-labels.js'

/** Tags are field number × 8 + wire type, by name as in Loki's push.proto. */
const STREAMS = 0x0a
const LABELS = 0x0a
const ENTRIES = 0x12
const TIMESTAMP = 0x0a
const SECONDS = 0x08
const NANOS = 0x10
const LINE = 0x12
const METADATA = 0x1a
const NAME = 0x0a
const VALUE = 0x12

const NOTHING: Uint8Array = new Uint8Array(0)

/** Hands over the entries of a PushRequest; refuses a body that is none. */
export function readPushProtobuf(body: Uint8Array, take: TakeEntry): void {
  readMessage(body, (tag, reader) => {
    if (tag === STREAMS) readStream(reader, nestedEnd(reader), take)
    return tag === STREAMS
  })
}

/** The labels may stand behind the entries, so those wait. */
function readStream(reader: Reader, end: number, take: TakeEntry): void {
  let labels: Labels = {}
  const entries: number[] = []
  readFields(reader, end, (tag) => {
    if (tag === LABELS) labels = streamLabels(reader.string())
    else if (tag === ENTRIES) {
      entries.push(reader.pos)
      reader.pos = nestedEnd(reader)
    } else return false
    return true
  })
  for (const from of entries) {
    reader.pos = from
    readEntry(reader, labels, take)
  }
  reader.pos = end
}

function readEntry(reader: Reader, labels: Labels, take: TakeEntry): void {
  let [time, line, metadata] = [0n, NOTHING, null as Record<string, string> | null]
  readNested(reader, (tag) => {
    if (tag === TIMESTAMP) time = readTime(reader)
    else if (tag === LINE) line = reader.bytes()
    else if (tag === METADATA) readLabel(reader, (metadata ??= Object.create(null) as Record<string, string>))
    else return false
    return true
  })
  take({ labels, ...entryTime(time), line, metadata })
}

function readTime(reader: Reader): bigint {
  let [seconds, nanos] = ['0', 0]
  readNested(reader, (tag) => {
    if (tag === SECONDS) seconds = reader.int64().toString()
    else if (tag === NANOS) nanos = reader.int32()
    else return false
    return true
  })
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanos)
}

function readLabel(reader: Reader, labels: Record<string, string>): void {
  let [name, value] = ['', '']
  readNested(reader, (tag) => {
    if (tag === NAME) name = reader.string()
    else if (tag === VALUE) value = reader.string()
    else return false
    return true
  })
  labels[name] = value
}
