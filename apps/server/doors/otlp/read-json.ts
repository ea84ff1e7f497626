import { Refusal } from '../../http/refusal.js'
import { bodyJson } from '../body-json.js'
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

/** Hands over the records of an ExportLogsServiceRequest in OTLP's JSON; refuses a body that is no object, or has no lists where lists belong. */
export function readJson(body: Buffer, take: TakeRecord): void {
  const request = bodyJson(body)
  if (!isObject(request)) throw new Refusal('bad_json')
  for (const logs of membersOf(request['resourceLogs']).filter(isObject)) {
    const resource = attributesOf(isObject(logs['resource']) ? logs['resource']['attributes'] : undefined, 0)
    for (const scope of membersOf(logs['scopeLogs']).filter(isObject))
      for (const record of membersOf(scope['logRecords'])) readRecord(isObject(record) ? record : {}, resource, take)
  }
}

type Json = Readonly<Record<string, unknown>>

function readRecord(record: Json, resource: Attributes, take: TakeRecord): void {
  const time = nanoseconds(record['timeUnixNano'])
  const { traceId } = record
  take(
    {
      timeNs: time === 0n ? nanoseconds(record['observedTimeUnixNano']) : time,
      body: bodyOf(record['body']),
      attributes: attributesOf(record['attributes'], 0),
      traceId: typeof traceId === 'string' ? traceId : '',
    },
    resource,
  )
}

/** 64-bit integers are text or numbers; older senders wrote two halves. */
function nanoseconds(value: unknown): bigint {
  if (typeof value === 'string') return /^\d{1,20}$/.test(value) ? BigInt.asUintN(64, BigInt(value)) : 0n
  if (typeof value === 'number') return value >= 0 && value < 2 ** 64 ? BigInt(Math.trunc(value)) : 0n
  if (!isObject(value) || typeof value['low'] !== 'number' || typeof value['high'] !== 'number') return 0n
  return (BigInt(value['high'] >>> 0) << 32n) | BigInt(value['low'] >>> 0)
}

/** Bytes are a line, where they are text. */
function bodyOf(value: unknown): LogRecord['body'] {
  const bytes = isObject(value) ? value['bytesValue'] : undefined
  return typeof bytes === 'string' ? bodyOfBytes(Buffer.from(bytes, 'base64')) : valueOf(value, 0)
}

function attributesOf(pairs: unknown, depth: number): Attributes {
  const attributes = noAttributes()
  for (const { key, value } of objects(pairs)) if (typeof key === 'string') attributes[key] = valueOf(value, depth)
  return attributes
}

function valueOf(value: unknown, depth: number): OtlpValue {
  if (!isObject(value)) return null
  const { stringValue, boolValue, intValue, doubleValue, bytesValue, arrayValue, kvlistValue } = value
  if (typeof stringValue === 'string') return stringValue
  if (typeof boolValue === 'boolean') return boolValue
  if (typeof intValue === 'string') return integerValue(intValue)
  if (typeof intValue === 'number') return intValue
  if (typeof doubleValue === 'number' || typeof doubleValue === 'string') return doubleValue
  if (typeof bytesValue === 'string') return bytesValue
  if (depth >= MAX_DEPTH) return null
  if (isObject(arrayValue)) return list(arrayValue['values']).map((one) => valueOf(one, depth + 1))
  return isObject(kvlistValue) ? attributesOf(kvlistValue['values'], depth + 1) : null
}

/** A list without which there are no records. Where something else stands its sender should hear of it. */
function membersOf(value: unknown): readonly unknown[] {
  if (value !== undefined && value !== null && !Array.isArray(value)) throw new Refusal('bad_json')
  return list(value)
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function objects(value: unknown): Json[] {
  return list(value).filter(isObject)
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
