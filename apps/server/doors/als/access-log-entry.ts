import { nestedEnd, readFields, readNested, type Reader } from '../protobuf-message.js'

/** What a stream message holds: who writes, told only in the first one, and entries as JSON with Envoy's own key names. */
export interface AccessLogs {
  /** Cluster of the node, else its id; undefined behind the first message. */
  readonly node: string | undefined
  /** Finished requests; entries of streams that still run and of plain TCP are left out. */
  readonly entries: readonly string[]
}

/** A tag of protobuf: field number and wire type. */
const tag = (field: number, wire: 0 | 1 | 2): number => field * 8 + wire
const VARINT = 0
const FIXED64 = 1
const BYTES = 2

/** Reads `envoy.service.accesslog.v3.StreamAccessLogsMessage`. Throws for bytes that are none. */
export function readAccessLogs(reader: Reader, length: number): AccessLogs {
  let node: string | undefined
  const entries: string[] = []
  readFields(reader, length, (field) => {
    if (field === tag(1, BYTES)) node = readIdentifier(reader)
    else if (field === tag(2, BYTES)) readNested(reader, (inner) => readHttpLog(inner, reader, entries))
    else return false
    return true
  })
  return { node, entries }
}

function readIdentifier(reader: Reader): string | undefined {
  const node = { id: '', cluster: '' }
  readNested(reader, (field) => {
    if (field !== tag(1, BYTES)) return false
    readNested(reader, (inner) => {
      if (inner === tag(1, BYTES)) node.id = reader.string()
      else if (inner === tag(2, BYTES)) node.cluster = reader.string()
      else return false
      return true
    })
    return true
  })
  return node.cluster || node.id || undefined
}

function readHttpLog(field: number, reader: Reader, entries: string[]): boolean {
  if (field !== tag(1, BYTES)) return false
  const entry = readEntry(reader)
  if (entry !== null) entries.push(JSON.stringify(entry))
  return true
}

type Entry = Record<string, string | number>

const PROTOCOLS = [undefined, 'HTTP/1.0', 'HTTP/1.1', 'HTTP/2', 'HTTP/3']

/** `envoy.data.accesslog.v3.HTTPAccessLogEntry`; null for an entry of a request that is not finished. */
function readEntry(reader: Reader): Entry | null {
  const entry: Entry = { response_code: 0, response_flags: '-' }
  let isFinished = true
  readNested(reader, (field) => {
    if (field === tag(1, BYTES)) isFinished = readCommon(reader, entry)
    else if (field === tag(2, VARINT)) put(entry, 'protocol', PROTOCOLS[reader.uint32()])
    else if (field === tag(3, BYTES)) readRequest(reader, entry)
    else if (field === tag(4, BYTES)) readResponse(reader, entry)
    else return false
    return true
  })
  return isFinished ? entry : null
}

/** `AccessLogCommon`; false for an entry that is written while the request still runs. */
function readCommon(reader: Reader, entry: Entry): boolean {
  let isFinished = true
  let lastByteMs: number | undefined
  readNested(reader, (field) => {
    if (field === tag(1, FIXED64)) put(entry, 'sample_rate', reader.double())
    else if (field === tag(5, BYTES)) put(entry, 'start_time', isoOf(readSeconds(reader)))
    else if (field === tag(9, BYTES)) put(entry, 'upstream_service_time', readSeconds(reader))
    else if (field === tag(12, BYTES)) lastByteMs = readSeconds(reader)
    else if (field === tag(15, BYTES)) put(entry, 'upstream_cluster', reader.string())
    else if (field === tag(16, BYTES)) put(entry, 'response_flags', readFlags(reader))
    else if (field === tag(18, BYTES)) put(entry, 'upstream_transport_failure_reason', reader.string())
    else if (field === tag(19, BYTES)) put(entry, 'route_name', reader.string())
    else if (field === tag(23, BYTES)) put(entry, 'duration', readSeconds(reader))
    else if (field === tag(24, VARINT)) put(entry, 'upstream_request_attempt_count', reader.uint32())
    else if (field === tag(25, BYTES)) put(entry, 'connection_termination_details', reader.string())
    else if (field === tag(27, VARINT)) isFinished = !reader.bool()
    else return false
    return true
  })
  if (entry['duration'] === undefined) put(entry, 'duration', lastByteMs)
  return isFinished
}

const METHODS = [undefined, 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH']

function readRequest(reader: Reader, entry: Entry): void {
  let original: string | undefined
  readNested(reader, (field) => {
    if (field === tag(1, VARINT)) put(entry, 'method', METHODS[reader.uint32()])
    else if (field === tag(3, BYTES)) put(entry, 'authority', reader.string())
    else if (field === tag(5, BYTES)) put(entry, 'path', reader.string())
    else if (field === tag(9, BYTES)) put(entry, 'request_id', reader.string())
    else if (field === tag(10, BYTES)) original = reader.string()
    else if (field === tag(13, BYTES)) readHeader(reader, entry, TRACE_HEADERS)
    else return false
    return true
  })
  if (original !== undefined && original !== '') entry['path'] = original
}

function readResponse(reader: Reader, entry: Entry): void {
  readNested(reader, (field) => {
    if (field === tag(1, BYTES)) put(entry, 'response_code', readWrapped(reader))
    else if (field === tag(3, VARINT)) put(entry, 'bytes_sent', Number(reader.uint64()))
    else if (field === tag(4, BYTES) || field === tag(5, BYTES)) readHeader(reader, entry, GRPC_HEADERS)
    else if (field === tag(6, BYTES)) put(entry, 'response_code_details', reader.string())
    else return false
    return true
  })
}

const TRACE_HEADERS: ReadonlyMap<string, string> = new Map([['traceparent', 'traceparent']])
const GRPC_HEADERS: ReadonlyMap<string, string> = new Map([['grpc-status', 'grpc_status']])

/** One pair of a map of headers. */
function readHeader(reader: Reader, entry: Entry, wanted: ReadonlyMap<string, string>): void {
  let name = ''
  let value = ''
  readNested(reader, (field) => {
    if (field === tag(1, BYTES)) name = reader.string()
    else if (field === tag(2, BYTES)) value = reader.string()
    else return false
    return true
  })
  const key = wanted.get(name)
  if (key !== undefined) put(entry, key, value)
}

/** Envoy's short words of `ResponseFlags`, by field number. */
const FLAGS: readonly (string | undefined)[] = [
  undefined,
  ...'LH UH UT LR UR UF UC UO NR DI FI RL UAEX RLSE DC URX SI'.split(' '),
  ...'IH DPE UMSDR RFCF NFCF DT UPE NC OM DF DR'.split(' '),
]
/** The one flag that is a message with the reason. */
const UNAUTHORIZED = 13

function readFlags(reader: Reader): string {
  const words: string[] = []
  readNested(reader, (field) => {
    const number = field >>> 3
    const word = FLAGS[number]
    if (word === undefined) return false
    if (number === UNAUTHORIZED) {
      reader.pos = nestedEnd(reader)
      words.push(word)
    } else if (reader.bool()) words.push(word)
    return true
  })
  return words.length === 0 ? '-' : words.join(',')
}

/** Milliseconds of a `Timestamp` or `Duration`. */
function readSeconds(reader: Reader): number {
  let ms = 0
  readNested(reader, (field) => {
    if (field === tag(1, VARINT)) ms += Number(reader.int64()) * 1_000
    else if (field === tag(2, VARINT)) ms += reader.int32() / 1e6
    else return false
    return true
  })
  return ms
}

/** The number in a `UInt32Value`. */
function readWrapped(reader: Reader): number {
  let value = 0
  readNested(reader, (field) => {
    if (field !== tag(1, VARINT)) return false
    value = reader.uint32()
    return true
  })
  return value
}

function isoOf(ms: number): string | undefined {
  const time = new Date(ms)
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString()
}

function put(entry: Entry, key: string, value: string | number | undefined): void {
  if (value !== undefined && value !== '') entry[key] = value
}
