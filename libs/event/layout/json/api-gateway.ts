import type { HttpEvent } from '../../http-event.js'
import { labelOf } from '../../label.js'
import { requestLineOf } from '../../value/request-line.js'
import { hasAll, jsonLayout } from '../json-table.js'
import type { JsonObject } from '../layout.js'
import { producedBy } from '../producer.js'
import { textAt } from '../value-at.js'

/** Names of `$context` that nobody else uses; a template holds at least one of them. */
const MARKS = ['resourcePath', 'routeKey', 'integrationStatus', 'integrationLatency', 'responseLatency'] as const

/**
 * Access logs of AWS API Gateway: REST, HTTP and WebSocket APIs (docs: "Variables for access logging"), in the templates of
 * the console and those that name keys like the variables. All values are texts; times start, durations are ms.
 */
export const apiGateway = jsonLayout({
  name: 'api_gateway',
  sentence: "Access logs of AWS's API Gateway with keys named like its $context variables.",
  marks: MARKS.map((mark) => mark.toLowerCase()),
  recognise: (record) => {
    const mark = MARKS.find((key) => hasAll(record, key, 'requestId', 'status') !== null)
    const hasTime = hasAll(record, 'requestTime') ?? hasAll(record, 'requestTimeEpoch')
    return mark === undefined || hasTime === null ? null : `it has requestId, the time of the request and ${mark}`
  },
  fields: {
    ts: 'start:requestTimeEpoch start:requestTime',
    status: 'status',
    method: 'httpMethod',
    path: 'path',
    protocol: 'protocol',
    duration: 'ms:responseLatency',
    upstreamDuration: 'ms:integrationLatency ms:integration.latency',
    upstreamStatus: 'integrationStatus integration.status integration.integrationStatus',
    bytes: 'responseLength',
    host: 'domainName',
    route: 'resourcePath',
    consumer: 'identity.apiKeyId apiKeyId authorizer.principalId principalId user caller identity.user identity.caller',
    requestId: 'requestId extendedRequestId',
    eventId: 'extendedRequestId',
    detail: 'integrationErrorMessage integration.error error.message errorMessage',
  },
  settle: (event, record) => byError(withDeployment(withRoute(event, record), record), record),
})

/** HTTP APIs write `POST /orders/{id}`, or `$default`, which is no route; WebSocket APIs a route of any name. */
function withRoute(event: HttpEvent, record: JsonObject): HttpEvent {
  const key = textAt(record, 'routeKey')?.trim() ?? ''
  const isSocket = textAt(record, 'connectionId') !== undefined || textAt(record, 'eventType') !== undefined
  const socket: Partial<HttpEvent> = isSocket && event.protocol === 'unknown' ? { protocol: 'websocket' } : {}
  const space = key.indexOf(' /')
  if (space < 0) {
    const route = key === '$default' && !isSocket ? undefined : labelOf(key)
    return { ...event, ...socket, ...(event.route === undefined && route !== undefined && { route }) }
  }
  const { method } = requestLineOf(key.slice(0, space))
  const route = event.route ?? labelOf(key.slice(space + 1))
  const known = event.method === undefined && method !== undefined && method !== 'ANY'
  return { ...event, ...socket, ...(route !== undefined && { route }), ...(known && { method }) }
}

/** The API and its stage, as they stand in the ARN of the API. */
function withDeployment(event: HttpEvent, record: JsonObject): HttpEvent {
  const [api, stage] = [labelOf(textAt(record, 'apiId') ?? ''), labelOf(textAt(record, 'stage') ?? '')]
  const gateway = api === undefined ? undefined : labelOf(stage === undefined ? api : `${api}/${stage}`)
  const trace = labelOf(
    textAt(record, 'xrayTraceId')
      ?.replace(/^Root=/, '')
      .split(';', 1)[0] ?? '',
  )
  return { ...event, ...(gateway !== undefined && { gateway }), ...(trace !== undefined && { traceId: trace }) }
}

/** The gateway's word for why it answered itself, e.g. INTEGRATION_TIMEOUT. */
const ERROR_TYPE = /^[A-Z][A-Z0-9_]{2,63}$/
const ERROR_KEYS = ['error.responseType', 'errorResponseType', 'responseType', 'error']
const THROTTLED: ReadonlySet<string> = new Set(['THROTTLED', 'QUOTA_EXCEEDED'])

/**
 * Where the gateway names an error, it answered. Where it says that there was none, the integration did, also with another
 * status than the one that is logged for it: for a function that is the status of the invocation.
 */
function byError(event: HttpEvent, record: JsonObject): HttpEvent {
  const told = ERROR_KEYS.map((key) => textAt(record, key)?.trim()).filter((text) => text !== undefined)
  const type = told.find((text) => ERROR_TYPE.test(text))
  if (type !== undefined) {
    const detail = event.detail ?? type
    const own = { ...producedBy('gateway', event), flags: [type], detail }
    return THROTTLED.has(type) ? { ...own, outcome: 'throttled', owner: 'client' } : own
  }
  const answered = event.upstreamStatuses?.at(-1)
  if (typeof answered !== 'number') return event
  if (told.length > 0) return producedBy('upstream', event)
  // Without the error it may have been either.
  return answered === event.status ? event : producedBy('unknown', event)
}
