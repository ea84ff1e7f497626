import type { HttpEvent } from '../../http-event.js'
import { labelOf } from '../../label.js'
import { protocolOf } from '../../value/protocol.js'
import { jsonLayout } from '../json-table.js'
import type { JsonObject } from '../layout.js'
import { leftByClient, producedBy } from '../producer.js'
import { pathOfUrl } from '../url-path.js'
import { textAt, valueAt } from '../value-at.js'
import { azureGateway } from './azure-gateway.js'
import { azureCategoryOf, azureResourceOf } from './azure-names.js'
import { hostOfUrl } from '../host-of-url.js'

/** Azure Front Door, Standard, Premium and classic (docs: "Access log"). Durations in seconds, values are texts. */
export const azureFrontDoor = jsonLayout({
  name: azureGateway.name,
  sentence: azureGateway.sentence,
  marks: azureGateway.marks,
  recognise: (record) => (azureCategoryOf(record) === 'front_door' ? "it is a record of Azure's Front Door" : null),
  fields: {
    ts: 'time timeStamp',
    status: 'properties.httpStatusCode',
    method: 'properties.httpMethod',
    path: 'properties.requestUri',
    duration: 's:properties.timeTaken',
    bytes: 'properties.responseBytes',
    host: 'properties.hostName',
    route: 'properties.routingRuleName properties.routeName',
    requestId: 'properties.trackingReference',
    eventId: 'properties.trackingReference',
    detail: 'properties.errorInfo properties.ErrorInfo',
  },
  // An edge that asks another edge logs the request, and so does the other one.
  settle: (event, record) => (isBetweenEdges(record) ? { reject: 'other_side' } : byError(withNames(event, record))),
})

function isBetweenEdges(record: JsonObject): boolean {
  return String(valueAt(record, 'properties.isReceivedFromClient')).toLowerCase() === 'false'
}

function withNames(event: HttpEvent, record: JsonObject): HttpEvent {
  const gateway = azureResourceOf(record)
  const host = event.host ?? labelOf(hostOfUrl(textAt(record, 'properties.requestUri') ?? ''))
  // `2.0.0.0` and `2.0` are the same version.
  const protocol = protocolOf((textAt(record, 'properties.httpVersion') ?? '').replace(/^(\d\.\d)\.0\.0$/, '$1'))
  return {
    ...event,
    protocol,
    ...(event.path !== undefined && { path: pathOfUrl(event.path) }),
    ...(gateway !== undefined && { gateway }),
    ...(host !== undefined && { host }),
  }
}

const NO_CONNECTION = /^(?:DNS|OriginConnection|SSL|Certificate)/
const BAD_RESPONSE = /^(?:OriginError|OriginInvalidResponse|ResponseHeaderTooBig)$/

/** Without an error the origin answered, or the cache did. */
function byError(event: HttpEvent): HttpEvent {
  const { detail, ...rest } = event
  if (detail === undefined) return event
  if (detail === 'NoError') return producedBy('upstream', rest)
  if (detail === 'ClientDisconnected') return leftByClient(event)
  if (NO_CONNECTION.test(detail)) return producedBy('network', event)
  return producedBy(BAD_RESPONSE.test(detail) ? 'upstream' : 'gateway', event)
}
