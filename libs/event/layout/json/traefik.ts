import type { HttpEvent } from '../../http-event.js'
import { hasAll, jsonLayout } from '../json-table.js'
import type { JsonLayout, JsonObject } from '../layout.js'
import { textAt, valueAt } from '../value-at.js'
import { isAbsent } from '../../value/absent.js'

/** Retries that are believed; more are a broken record. */
const MAX_RETRIES = 100

const table = jsonLayout({
  name: 'traefik',
  sentence: "Traefik's access log, as JSON or as attributes of OTLP logs.",
  marks: ['downstreamstatus', 'originstatus', 'routername'],
  recognise: (record) =>
    hasAll(record, 'DownstreamStatus') ??
    hasAll(record, 'OriginStatus', 'RequestMethod') ??
    hasAll(record, 'RouterName', 'RequestMethod'),
  // A source that names the format may also send Traefik's own log, which goes to the same output.
  isRequest: (record) => 'DownstreamStatus' in record || 'RequestMethod' in record || !isMessage(record),
  fields: {
    ts: 'start:StartUTC start:StartLocal time',
    status: 'DownstreamStatus OriginStatus',
    method: 'RequestMethod',
    path: 'RequestPath',
    protocol: 'RequestProtocol',
    duration: 'ns:Duration',
    upstreamStatus: 'OriginStatus',
    upstreamDuration: 'ns:OriginDuration',
    bytes: 'DownstreamContentSize',
    host: 'RequestHost',
    service: 'ServiceName',
    route: 'RouterName',
    consumer: 'ClientUsername',
    requestId: 'request_X-Request-Id downstream_X-Request-Id',
    traceId: 'trace_id TraceId',
    grpcStatus: 'downstream_Grpc-Status origin_Grpc-Status',
  },
  settle: (event, record) => {
    // Where a source drops DownstreamStatus, OriginStatus 0 says only that Traefik answered, not with what.
    if (event.status === null && !('DownstreamStatus' in record)) return { reject: 'missing_status' }
    return withAttempts(event, record)
  },
})

/** Traefik's access log (docs: Traefik, "Logs & AccessLogs", JSON format). Times start; durations are nanoseconds. */
export const traefik: JsonLayout = {
  ...table,
  recognise: (record) => table.recognise(withOwnKeys(record)),
  read: (record, reading) => table.read(withPlainTimes(withOwnKeys(record)), reading),
}

/** Keys in lower case, by which shippers spell them; read as any JSON the nanoseconds would be milliseconds. */
const OWN_KEYS: ReadonlyMap<string, string> = new Map(
  (
    'StartUTC StartLocal DownstreamStatus OriginStatus RequestMethod RequestPath RequestProtocol Duration OriginDuration ' +
    'DownstreamContentSize RequestHost ServiceName ServiceURL RouterName ClientUsername RetryAttempts TraceId'
  )
    .split(' ')
    .map((key) => [key.toLowerCase(), key]),
)
const MARKS = ['DownstreamStatus', 'OriginStatus', 'RouterName']

/** The record with Traefik's own spelling of its keys. */
function withOwnKeys(record: JsonObject): JsonObject {
  if (MARKS.some((mark) => Object.hasOwn(record, mark))) return record
  const isOther = !Object.keys(record).some((key) => MARKS.includes(OWN_KEYS.get(key.toLowerCase()) ?? ''))
  if (isOther) return record
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [OWN_KEYS.get(key.toLowerCase()) ?? key, value]),
  )
}

/** A line of Traefik's own log; one that begins as JSON is what a collector wrapped. */
function isMessage(record: JsonObject): boolean {
  const message = textAt(record, 'message') ?? textAt(record, 'msg')
  return 'level' in record && message !== undefined && !message.startsWith('{')
}

/** Traefik retries where a server gave no response at all, so the attempts before the last got none. */
function withAttempts(event: HttpEvent, record: JsonObject): HttpEvent {
  const statuses = namesService(record) ? event.upstreamStatuses : answersIn(event, record)
  if (statuses === undefined) return event
  const retries = Number(valueAt(record, 'RetryAttempts'))
  const before = Number.isInteger(retries) && retries > 0 ? Math.min(retries, MAX_RETRIES) : 0
  const upstreamStatuses = [...Array.from({ length: before }, () => null), ...statuses]
  if (upstreamStatuses.length > 0) return { ...event, upstreamStatuses }
  const { upstreamMs: _none, ...rest } = event
  return { ...rest, upstreamStatuses }
}

/** Of a record that names no service: a status of 0 there is that of no attempt. */
function answersIn({ upstreamStatuses }: HttpEvent, record: JsonObject): HttpEvent['upstreamStatuses'] {
  const isAnswered = upstreamStatuses?.some((status) => status !== null) === true
  if (isAnswered) return upstreamStatuses
  return upstreamStatuses === undefined && 'OriginDuration' in record ? undefined : []
}

/** Whether a service was asked; its status may have been dropped from the log. */
function namesService(record: JsonObject): boolean {
  return ['ServiceName', 'ServiceURL'].some((key) => key in record && !isAbsent(textAt(record, key) ?? 'any'))
}

/** Through OTLP the times come as Go prints them: `2026-11-22 23:20:29.266131 +0000 UTC`. */
function withPlainTimes(record: JsonObject): JsonObject {
  const times = ['StartUTC', 'StartLocal'].flatMap((key) => {
    const value = Object.hasOwn(record, key) ? record[key] : undefined
    return typeof value === 'string' && value.length < 64 ? [[key, value.replace(GO_ZONE_NAME, '$1')]] : []
  })
  return { ...record, ...Object.fromEntries(times) }
}

const GO_ZONE_NAME = /( [+-]\d{4}) (?:[A-Z]{2,5}|[+-]\d{2,4})$/
