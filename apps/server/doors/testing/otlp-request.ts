import protobuf from 'protobufjs/minimal.js'

/** A value of an attribute or body, as OTLP's JSON wraps it. */
export type Wrapped =
  | { readonly stringValue: string }
  | { readonly boolValue: boolean }
  | { readonly intValue: number | string }
  | { readonly doubleValue: number }
  | { readonly bytesValue: string }
  | { readonly arrayValue: { readonly values: readonly Wrapped[] } }
  | { readonly kvlistValue: { readonly values: readonly Pair[] } }

interface Pair {
  readonly key: string
  readonly value: Wrapped
}

/** A log record in OTLP's JSON. */
export interface JsonRecord {
  readonly timeUnixNano?: string | number
  readonly observedTimeUnixNano?: string | number
  readonly body?: Wrapped
  readonly attributes?: readonly Pair[]
  readonly traceId?: string
}

/** A plain value as OTLP's JSON wraps it. */
export function wrapped(value: unknown): Wrapped {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: value } : { doubleValue: value }
  if (Array.isArray(value)) return { arrayValue: { values: value.map(wrapped) } }
  return { kvlistValue: { values: pairs(value as Record<string, unknown>) } }
}

export function pairs(attributes: Record<string, unknown>): Pair[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: wrapped(value) }))
}

/** An ExportLogsServiceRequest with one resource, as JSON holds it. */
export function exportRequest(logRecords: readonly JsonRecord[], resource: Record<string, unknown> = {}) {
  const scope = { name: 'test', attributes: [] }
  return { resourceLogs: [{ resource: { attributes: pairs(resource) }, scopeLogs: [{ scope, logRecords }] }] }
}

/** The same request as protobuf. `resourceLast` writes the resource behind its records, which is allowed. */
export function asProtobuf(request: ReturnType<typeof exportRequest>, resourceLast = false): Uint8Array {
  const writer = protobuf.Writer.create()
  for (const { resource, scopeLogs } of request.resourceLogs) {
    writer.uint32(0x0a).fork()
    const writeResource = (): void => {
      writer.uint32(0x0a).fork()
      for (const pair of resource.attributes) writePair(writer, 0x0a, pair)
      writer.ldelim()
    }
    if (!resourceLast) writeResource()
    for (const { scope, logRecords } of scopeLogs) {
      writer.uint32(0x12).fork().uint32(0x0a).fork().uint32(0x0a).string(scope.name).ldelim()
      for (const record of logRecords) writeRecord(writer, record)
      writer.ldelim()
    }
    if (resourceLast) writeResource()
    writer.uint32(0x1a).string('https://opentelemetry.io/schemas/1.37.0').ldelim()
  }
  return writer.finish()
}

function writeRecord(writer: protobuf.Writer, record: JsonRecord): void {
  writer.uint32(0x12).fork()
  if (record.timeUnixNano !== undefined) writeTime(writer.uint32(0x09), record.timeUnixNano)
  writer.uint32(0x10).int32(9).uint32(0x1a).string('INFO')
  if (record.body !== undefined) writeValue(writer, 0x2a, record.body)
  for (const pair of record.attributes ?? []) writePair(writer, 0x32, pair)
  writer.uint32(0x45).fixed32(1)
  if (record.traceId !== undefined) writer.uint32(0x4a).bytes(Buffer.from(record.traceId, 'hex'))
  if (record.observedTimeUnixNano !== undefined) writeTime(writer.uint32(0x59), record.observedTimeUnixNano)
  writer.ldelim()
}

function writeTime(writer: protobuf.Writer, nanoseconds: string | number): void {
  const time = BigInt(nanoseconds)
  writer.fixed32(Number(time & 0xffffffffn)).fixed32(Number(time >> 32n))
}

function writePair(writer: protobuf.Writer, tag: number, { key, value }: Pair): void {
  writer.uint32(tag).fork().uint32(0x0a).string(key)
  writeValue(writer, 0x12, value)
  writer.ldelim()
}

function writeValue(writer: protobuf.Writer, tag: number, value: Wrapped): void {
  writer.uint32(tag).fork()
  if ('stringValue' in value) writer.uint32(0x0a).string(value.stringValue)
  else if ('boolValue' in value) writer.uint32(0x10).bool(value.boolValue)
  else if ('intValue' in value) writer.uint32(0x18).int64(value.intValue as number)
  else if ('doubleValue' in value) writer.uint32(0x21).double(value.doubleValue)
  else if ('bytesValue' in value) writer.uint32(0x3a).bytes(Buffer.from(value.bytesValue, 'base64'))
  else if ('arrayValue' in value) {
    writer.uint32(0x2a).fork()
    for (const one of value.arrayValue.values) writeValue(writer, 0x0a, one)
    writer.ldelim()
  } else {
    writer.uint32(0x32).fork()
    for (const pair of value.kvlistValue.values) writePair(writer, 0x0a, pair)
    writer.ldelim()
  }
  writer.ldelim()
}
