import type { Parsed } from '../../exact/told-event.js'
import type { HttpEvent } from '../../http-event.js'
import { labelOf } from '../../label.js'
import { upstreamStatusesOf } from '../../value/status.js'
import { jsonLayout, type JsonTable } from '../json-table.js'
import type { JsonObject } from '../layout.js'
import { leftByClient, producedBy } from '../producer.js'
import { textAt, valueAt } from '../value-at.js'
import { azureCategoryOf, azureResourceOf } from './azure-names.js'

const NAMED = {
  name: 'azure',
  sentence: "Azure's diagnostic logs: Application Gateway (v1, v2) and Front Door.",
  marks: ['resourceid'],
} as const

/** Keys that only version 2 writes. */
const OF_V2 = [
  'timeStamp',
  'listenerName',
  'properties.serverStatus',
  'properties.transactionId',
  'properties.error_info',
]

const FIELDS = {
  status: 'properties.httpStatus',
  method: 'properties.httpMethod',
  path: 'properties.originalRequestUriWithArgs properties.requestUri',
  protocol: 'properties.httpVersion',
  bytes: 'properties.sentBytes',
  host: 'properties.originalHost properties.host',
  service: 'backendPoolName properties.backendPoolName',
  route: 'ruleName properties.ruleName',
} as const satisfies JsonTable['fields']

/** Version 2: durations in seconds, an upstream of its own, a word for every error. */
export const azureGateway = jsonLayout({
  ...NAMED,
  recognise: (record) => {
    const category = azureCategoryOf(record)
    const isOld = category === 'gateway' && !isOfV2(record)
    return category === null || category === 'front_door' || isOld ? null : 'it is a diagnostic record of Azure'
  },
  isRequest,
  fields: {
    ...FIELDS,
    ts: 'timeStamp time',
    duration: 's:properties.timeTaken',
    upstreamStatus: 'properties.serverStatus',
    upstreamDuration: 's:properties.serverResponseLatency',
    requestId: 'properties.transactionId',
    eventId: 'properties.transactionId',
    detail: 'properties.error_info',
  },
  settle: (event, record) => byErrorInfo(withGateway(event, record)),
})

/** Version 1: durations in milliseconds; status and id of the upstream's request stand behind the query. */
export const azureGatewayV1 = jsonLayout({
  ...NAMED,
  recognise: (record) =>
    azureCategoryOf(record) === 'gateway' && !isOfV2(record) ? 'it is a record of Application Gateway v1' : null,
  isRequest,
  fields: { ...FIELDS, ts: 'time timeStamp', duration: 'ms:properties.timeTaken' },
  settle: (event, record) => withServer(withGateway(event, record), textAt(record, 'properties.requestQuery') ?? ''),
})

function isOfV2(record: JsonObject): boolean {
  return OF_V2.some((path) => valueAt(record, path) !== undefined)
}

/** The gateway asks itself whether it is alive; those records come from the loopback address. */
function isRequest(record: JsonObject): boolean {
  const client = textAt(record, 'properties.clientIP') ?? ''
  return azureCategoryOf(record) !== 'other' && client !== '127.0.0.1' && client !== '::1'
}

function withGateway(event: HttpEvent, record: JsonObject): HttpEvent {
  const gateway = azureResourceOf(record)
  return gateway === undefined ? event : { ...event, gateway }
}

const NO_ERROR = 'ERRORINFO_NO_ERROR'
const CLIENT_LEFT = 'ERRORINFO_CLIENT_CLOSED_REQUEST'

/** Where the gateway names an error it answered itself, whatever it writes for the status of the server. */
function byErrorInfo(event: HttpEvent): Parsed {
  const { detail, ...rest } = event
  if (detail === undefined || detail === NO_ERROR) return rest
  return detail === CLIENT_LEFT ? leftByClient(event) : producedBy('gateway', event)
}

/**
 * `…&X-AzureApplicationGateway-LOG-ID=874f1f0f&SERVER-STATUS=404`: what the client itself sent stands before it. Where the gateway
 * added nothing, a client may have written the same, so the id names no event: requests with one id would count once.
 */
function withServer(event: HttpEvent, query: string): HttpEvent {
  const status = lastOf(query, 'SERVER-STATUS=')
  const upstreamStatuses = status === undefined ? undefined : upstreamStatusesOf(status)
  const requestId = labelOf(lastOf(query, 'X-AzureApplicationGateway-LOG-ID=') ?? '')
  return {
    ...event,
    ...(upstreamStatuses !== undefined && { upstreamStatuses }),
    ...(requestId !== undefined && { requestId }),
  }
}

function lastOf(query: string, key: string): string | undefined {
  const at = query.lastIndexOf(key)
  return at < 0 ? undefined : query.slice(at + key.length).split('&', 1)[0]
}
