import { hasAll, jsonLayout } from '../json-table.js'
import type { JsonLayout, JsonObject } from '../layout.js'
import { isObject, textAt } from '../value-at.js'

const ACCESS_LOGGER = 'http.log.access'
/** What Caddy logs about a request beside its access record: errors of handlers, messages of the proxy. */
const OTHER_LOGGERS = ['http.log.error', 'http.handlers.']

const table = jsonLayout({
  name: 'caddy',
  sentence: "Caddy's JSON access log.",
  marks: ['resp_headers', 'err_id'],
  recognise: (record) => {
    const logger = textAt(record, 'logger') ?? ''
    const known = [ACCESS_LOGGER, ...OTHER_LOGGERS].find((prefix) => logger.startsWith(prefix))
    // The key of the logger's name can be changed; then the shape decides.
    return known === undefined
      ? hasAll(record, 'request.remote_ip', 'resp_headers', 'status')
      : `it has logger ${known}`
  },
  // The error record of a request has a status too, and the access record counts.
  isRequest: (record) => !('err_id' in record) && (!('msg' in record) || 'resp_headers' in record || isAccess(record)),
  fields: {
    ts: 'ts @timestamp timestamp time',
    status: 'status',
    method: 'request.method',
    path: 'request.uri',
    protocol: 'request.proto',
    duration: 's:duration',
    bytes: 'size',
    host: 'request.host',
    consumer: 'user_id',
    requestId: 'resp_headers.X-Request-Id',
    traceId: 'traceID trace_id',
    grpcStatus: 'resp_headers.Grpc-Status',
  },
})

/** Caddy's JSON access log (docs: Caddy, "log" directive). Times end; durations are seconds unless they name their unit. */
export const caddy: JsonLayout = {
  ...table,
  read: (record, reading) => {
    const read = table.read(withPlainValues(record), reading)
    // Other messages of the access logger have no status; the record of a request always has one.
    const isMessage = 'reject' in read && read.reject === 'missing_status' && isAccess(record)
    return isMessage ? { reject: 'not_a_request' } : read
  },
}

function isAccess(record: JsonObject): boolean {
  return (textAt(record, 'logger') ?? '').startsWith(ACCESS_LOGGER)
}

/**
 * Headers are lists, of which the first element counts. A duration without decimals comes from `duration_format ms` or
 * `nano` and does not say from which, so it tells nothing: seconds have decimals. `time_format wall` writes slashes.
 */
function withPlainValues(record: JsonObject): JsonObject {
  const { duration, ts, resp_headers: headers } = record
  return {
    ...record,
    ...(Number.isInteger(duration) && duration !== 0 && { duration: null }),
    ...(typeof ts === 'string' && { ts: ts.replace(WALL, '$1-$2-$3 ') }),
    ...(isObject(headers) && { resp_headers: Object.fromEntries(Object.entries(headers).map(firstOfList)) }),
  }
}

const WALL = /^(\d{4})\/(\d\d)\/(\d\d) /

function firstOfList([name, values]: [string, unknown]): [string, unknown] {
  return [name, Array.isArray(values) ? values[0] : values]
}
