import type { Owner } from '#catalog'
import type { HttpEvent } from '../../http-event.js'
import { labelOf } from '../../label.js'
import { hasAll, jsonLayout } from '../json-table.js'
import type { JsonLayout, JsonObject } from '../layout.js'
import { leftByClient, producedBy } from '../producer.js'
import { pathOfUrl } from '../url-path.js'
import { isObject, textAt, valueAt } from '../value-at.js'
import { hostOfUrl } from '../host-of-url.js'

const layout = jsonLayout({
  name: 'gcp',
  sentence: "Google Cloud's LogEntry with an httpRequest: load balancers, Cloud Run and others.",
  marks: ['insertid'],
  recognise: (record) => hasAll(record, 'insertId', 'httpRequest') ?? ofAnotherLog(record),
  // Other entries of the same log have no request; what is no entry at all may be wrapped around one.
  isRequest: (record) => isObject(valueAt(record, 'httpRequest')) || hasAll(record, 'insertId') === null,
  fields: {
    ts: 'start:timestamp',
    status: 'httpRequest.status',
    method: 'httpRequest.requestMethod',
    path: 'httpRequest.requestUrl',
    protocol: 'httpRequest.protocol',
    duration: 's:httpRequest.latency',
    bytes: 'httpRequest.responseSize',
    gateway:
      'resource.labels.url_map_name resource.labels.forwarding_rule_name resource.labels.gateway_name ' +
      'resource.labels.configuration_name',
    service:
      'resource.labels.backend_service_name resource.labels.backend_target_name resource.labels.service_name ' +
      'resource.labels.module_id resource.labels.service',
    eventId: 'insertId',
    sampleRate: 'sampleRate jsonPayload.sampleRate',
  },
  settle: (event, record) => byReason(withIdOfEntry(withNames(event, record), record), record),
})

/** What says in an entry without an httpRequest that it may be about a request all the same, of a gateway in a container. */
const MAY_BE_REQUEST = /HTTP\/\d|status/i

/** An entry of the same sink that is about no request: with a resource and a payload that names none. */
function ofAnotherLog(record: JsonObject): string | null {
  const why = hasAll(record, 'insertId', 'resource.type')
  const [payload] = ['textPayload', 'jsonPayload', 'protoPayload'].filter((key) => Object.hasOwn(record, key))
  if (why === null || payload === undefined || Object.keys(record).some((key) => /status/i.test(key))) return null
  const { [payload]: value } = record
  const isSilent = payload === 'protoPayload' || !MAY_BE_REQUEST.test(JSON.stringify(value))
  return isSilent ? `${why} and ${payload}` : null
}

/** Google Cloud (docs: LogEntry, HttpRequest, load balancing's "statusDetails" and "proxyStatus"). Times start. */
export const gcp: JsonLayout = {
  ...layout,
  read: (record, reading) => layout.read(withStatus(record), reading),
}

/** A status of 0 is left out of the entry: no response was sent, and the load balancer says why. */
function withStatus(record: JsonObject): JsonObject {
  const request = valueAt(record, 'httpRequest')
  const hasNone = isObject(request) && !Object.hasOwn(request, 'status') && reasonOf(record) !== undefined
  return hasNone ? { ...record, httpRequest: { ...request, status: null } } : record
}

const ALL_PATHS: ReadonlySet<string> = new Set(['UNMATCHED', 'UNKNOWN', '/*'])

/** Host and path are in one URL, the trace is the last part of its resource name; a path rule for everything is no route. */
function withNames(event: HttpEvent, record: JsonObject): HttpEvent {
  const host = labelOf(hostOfUrl(textAt(record, 'httpRequest.requestUrl') ?? ''))
  const trace = labelOf(textAt(record, 'trace')?.split('/').at(-1) ?? '')
  const rule = labelOf(textAt(record, 'resource.labels.matched_url_path_rule') ?? '')
  return {
    ...event,
    ...(event.path !== undefined && { path: pathOfUrl(event.path) }),
    ...(host !== undefined && { host }),
    ...(trace !== undefined && { traceId: trace }),
    ...(rule !== undefined && !ALL_PATHS.has(rule) && { route: rule }),
  }
}

/** Of entries with the same `insertId` only those of the same time are one. */
function withIdOfEntry(event: HttpEvent, record: JsonObject): HttpEvent {
  const { eventId: insertId, ...rest } = event
  if (insertId === undefined) return event
  const eventId = `${insertId}@${textAt(record, 'timestamp') ?? ''}`
  return labelOf(eventId) === eventId ? { ...rest, eventId } : rest
}

const ANSWERED = 'response_sent_by_backend'
const FROM_CACHE = 'response_from_cache'
const ERROR = /(?:^|[\s;,])error="?([a-z_]{1,64})/
const DETAILS = /(?:^|[\s;,])details="([^"]{1,200})/

/** Why the response was what it was, in a word of the load balancer. */
function reasonOf(record: JsonObject): string | undefined {
  const details = labelOf(textAt(record, 'jsonPayload.statusDetails') ?? '')
  if (details !== undefined) return details
  const proxy = textAt(record, 'jsonPayload.proxyStatus')?.slice(0, 1024) ?? ''
  return labelOf(DETAILS.exec(proxy)?.[1] ?? ERROR.exec(proxy)?.[1] ?? '')
}

/** Load balancers that are Envoy: they give a reason only where they answered themselves. */
const SILENT_WHERE_WELL: ReadonlySet<string> = new Set(['http_external_regional_lb_rule', 'internal_http_lb_rule'])

function byReason(event: HttpEvent, record: JsonObject): HttpEvent {
  const reason = reasonOf(record)
  if (reason === undefined) {
    return SILENT_WHERE_WELL.has(textAt(record, 'resource.type') ?? '') ? producedBy('upstream', event) : event
  }
  if (reason === ANSWERED) return producedBy('upstream', event)
  if (reason.startsWith(FROM_CACHE)) return event
  const told = { ...event, detail: reason }
  if (reason.startsWith('client_disconnected')) return leftByClient(told)
  const error = ERROR.exec(textAt(record, 'jsonPayload.proxyStatus')?.slice(0, 1024) ?? '')?.[1]
  return producedBy(ownerOf(reason, error), told)
}

const NO_CONNECTION = /^(?:failed_to_connect_to_backend|dns_|connection_refused|connection_timeout|tls_)/
const BAD_RESPONSE = /^http_response_(?!timeout)/

/** `error` is a word of RFC 9209, where the load balancer is an Envoy. */
function ownerOf(reason: string, error = ''): Owner {
  if (NO_CONNECTION.test(reason) || NO_CONNECTION.test(error)) return 'network'
  return BAD_RESPONSE.test(error) ? 'upstream' : 'gateway'
}
