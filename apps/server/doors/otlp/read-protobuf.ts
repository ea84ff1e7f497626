import { nestedEnd, readFields, readMessage, readNested, type Reader } from '../protobuf-message.js'
import {
  bodyOfBytes,
  integerValue,
  MAX_DEPTH,
  noAttributes,
  type Attributes,
  type LogRecord,
  type OtlpValue,
  type TakeRecord,
} from './log-record.js'

/** Tags are field number × 8 + wire type, by name as in opentelemetry/proto/logs/v1 and common/v1. */
const RESOURCE_LOGS = 0x0a
const RESOURCE = 0x0a
const SCOPE_LOGS = 0x12
const LOG_RECORDS = 0x12
const TIME = 0x09
const OBSERVED_TIME = 0x59
const BODY = 0x2a
const RECORD_ATTRIBUTES = 0x32
const TRACE_ID = 0x4a
const KEY = 0x0a
const VALUE = 0x12
/** The first field: attributes of a resource, values of an array, pairs of a list. */
const FIRST = 0x0a

const VALUE_STRING = 0x0a
const VALUE_BOOL = 0x10
const VALUE_INT = 0x18
const VALUE_DOUBLE = 0x21
const VALUE_ARRAY = 0x2a
const VALUE_LIST = 0x32
const VALUE_BYTES = 0x3a

/** Hands over the records of an ExportLogsServiceRequest; refuses a body that is none. */
export function readProtobuf(body: Uint8Array, take: TakeRecord): void {
  readMessage(body, (tag, reader) => {
    if (tag !== RESOURCE_LOGS) return false
    readResource(reader, nestedEnd(reader), take)
    return true
  })
}

/** The resource may stand behind its records, so those wait. */
function readResource(reader: Reader, end: number, take: TakeRecord): void {
  const resource = noAttributes()
  const scopes: (readonly [from: number, to: number])[] = []
  readFields(reader, end, (tag) => {
    if (tag === RESOURCE)
      readNested(reader, (inner) => {
        if (inner === FIRST) readPair(reader, resource, 0)
        return inner === FIRST
      })
    else if (tag === SCOPE_LOGS) {
      const to = nestedEnd(reader)
      scopes.push([reader.pos, to])
      reader.pos = to
    } else return false
    return true
  })
  for (const [from, to] of scopes) {
    reader.pos = from
    readFields(reader, to, (tag) => {
      if (tag === LOG_RECORDS) take(readRecord(reader), resource)
      return tag === LOG_RECORDS
    })
  }
  reader.pos = end
}

function readRecord(reader: Reader): LogRecord {
  const attributes = noAttributes()
  let [time, observed, body, traceId] = [0n, 0n, null as OtlpValue | Uint8Array, '']
  readNested(reader, (tag) => {
    if (tag === TIME) time = readFixed64(reader)
    else if (tag === OBSERVED_TIME) observed = readFixed64(reader)
    else if (tag === BODY) body = readBody(reader)
    else if (tag === RECORD_ATTRIBUTES) readPair(reader, attributes, 0)
    else if (tag === TRACE_ID) traceId = Buffer.from(reader.bytes()).toString('hex')
    else return false
    return true
  })
  return { timeNs: time === 0n ? observed : time, body, attributes, traceId }
}

function readFixed64(reader: Reader): bigint {
  const low = reader.fixed32()
  return (BigInt(reader.fixed32()) << 32n) | BigInt(low)
}

/** Text stays bytes: it is read as bytes later. So do bytes that are text. */
function readBody(reader: Reader): OtlpValue | Uint8Array {
  const from = reader.pos
  let text: Uint8Array | string | null = null
  readNested(reader, (tag) => {
    if (tag === VALUE_STRING) text = reader.bytes()
    else text = tag === VALUE_BYTES ? bodyOfBytes(reader.bytes()) : null
    return text !== null
  })
  if (text !== null) return text
  reader.pos = from
  return readValue(reader, 0)
}

function readPair(reader: Reader, attributes: Record<string, OtlpValue>, depth: number): void {
  let [key, value] = ['', null as OtlpValue]
  readNested(reader, (tag) => {
    if (tag === KEY) key = reader.string()
    else if (tag === VALUE) value = readValue(reader, depth)
    else return false
    return true
  })
  attributes[key] = value
}

function readValue(reader: Reader, depth: number): OtlpValue {
  let value: OtlpValue = null
  readNested(reader, (tag) => {
    if (tag === VALUE_STRING) value = reader.string()
    else if (tag === VALUE_BOOL) value = reader.bool()
    else if (tag === VALUE_INT) value = integerValue(reader.int64().toString())
    else if (tag === VALUE_DOUBLE) value = reader.double()
    else if (tag === VALUE_BYTES) value = Buffer.from(reader.bytes()).toString('base64')
    else if (depth >= MAX_DEPTH) return false
    else if (tag === VALUE_ARRAY) value = readArray(reader, depth + 1)
    else if (tag === VALUE_LIST) value = readList(reader, depth + 1)
    else return false
    return true
  })
  return value
}

function readArray(reader: Reader, depth: number): readonly OtlpValue[] {
  const values: OtlpValue[] = []
  readNested(reader, (tag) => {
    if (tag === FIRST) values.push(readValue(reader, depth))
    return tag === FIRST
  })
  return values
}

function readList(reader: Reader, depth: number): Attributes {
  const list = noAttributes()
  readNested(reader, (tag) => {
    if (tag === FIRST) readPair(reader, list, depth)
    return tag === FIRST
  })
  return list
}
