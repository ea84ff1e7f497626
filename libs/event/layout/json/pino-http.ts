import { ToldValues } from '../../exact/told-values.js'
import type { HttpEvent } from '../../http-event.js'
import { jsonLayout } from '../json-table.js'
import { leftByClient } from '../producer.js'
import type { JsonObject } from '../layout.js'
import { isObject, textAt, valueAt } from '../value-at.js'

/** pino-http and Fastify's logger (docs: pino-http, "Custom serializers"). Times end; `responseTime` is ms. */
export const pinoHttp = jsonLayout({
  name: 'pino_http',
  sentence: "Records of pino-http, nestjs-pino and Fastify's logger.",
  marks: ['res'],
  recognise: (record) => {
    if (hasStatus(record) && (isPino(record) || 'responseTime' in record)) return 'it has res.statusCode'
    return isPino(record) && isObject(record['req']) && !tellsStatus(record) ? "it has pino's level and req" : null
  },
  // The same logger writes when a request comes in, and what the application says of it meanwhile.
  isRequest: (record) => (hasStatus(record) ? !isEarly(record) : !isPino(record) || isWrapper(record)),
  fields: {
    ts: 'time @timestamp timestamp',
    status: 'res.statusCode',
    method: 'req.method',
    path: 'req.url',
    duration: 'ms:responseTime',
    bytes: 'res.headers.content-length',
    host: 'req.headers.host req.host req.hostname',
    service: 'name',
    requestId: 'req.id reqId',
    traceId: 'trace_id req.headers.traceparent',
    detail: 'err.code err.type',
  },
  settle: (event, record) => byEnd(withoutPlainError(event), record),
})

/** Before the headers are sent there is no status, and only the client's leaving ends a request that early. */
function byEnd(event: HttpEvent, record: JsonObject): HttpEvent {
  const isAborted = event.status === null || textAt(record, 'msg') === 'request aborted'
  return isAborted ? leftByClient(event) : event
}

/** An error of type Error tells nothing. */
function withoutPlainError(event: HttpEvent): HttpEvent {
  const { detail, ...rest } = event
  return detail === 'Error' ? rest : event
}

/** Level and time as pino writes them. */
function isPino(record: JsonObject): boolean {
  return typeof record['level'] === 'number' && 'time' in record
}

function hasStatus(record: JsonObject): boolean {
  return valueAt(record, 'res.statusCode') !== undefined
}

/** Fastify's error handler logs the response that it is about to send; the finished request follows. */
function isEarly(record: JsonObject): boolean {
  return 'err' in record && !('responseTime' in record)
}

/** Whether any other key names a status: then the record is about a request, in a layout of its own. */
function tellsStatus(record: JsonObject): boolean {
  const told = new ToldValues()
  told.offerAll(record)
  return told.get('status') !== undefined
}

/** A message that is itself a record: another program's line that passed through pino. */
function isWrapper(record: JsonObject): boolean {
  return ['message', 'log', 'line', 'event'].some((key) => key in record)
}
