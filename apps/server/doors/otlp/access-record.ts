import type { Envelope } from '#event'
import { jsonText } from '../json-text.js'
import { firstToldText, toldText } from '../told-text.js'
import type { Attributes, LogRecord, OtlpValue } from './log-record.js'

/** What is counted of a log record: a line, or an object as JSON. */
export interface AccessRecord {
  readonly record: string | Uint8Array
  readonly envelope: Envelope
}

/** Names of the semantic conventions, which say by themselves that a record is about a request. */
const CONVENTIONS = [
  'http.response.status_code',
  'http.status_code',
  'rpc.response.status_code',
  'rpc.grpc.status_code',
] as const
/** What gateways and loggers call the status that send their own fields as attributes. */
const OWN_NAMES = [
  'DownstreamStatus',
  'status',
  'status_code',
  'statusCode',
  'http_status',
  'httpStatus',
  'response_code',
  'responseCode',
  'res.statusCode',
  'response.status',
  'response.status_code',
  'response.statusCode',
] as const

/** Where a resource that has no `service.name` tells which service it is. */
const SERVICES = ['k8s.deployment.name', 'k8s.statefulset.name', 'k8s.daemonset.name']
const CONTAINERS = ['k8s.container.name', 'container.name']
const REQUEST_IDS = ['http.request.id', 'request_id', 'requestId', 'request.id', 'x-request-id']
/** A proxy's own header, as attributes hold headers: a list. */
const REQUEST_ID_HEADER = 'http.request.header.x-request-id'

/**
 * What to count of a log record. Attributes that tell a status are the event; else the body is a line, or an object with the
 * attributes beside it. What the record does not tell itself is in the envelope.
 */
export function accessRecordOf(log: LogRecord, resource: Attributes): AccessRecord {
  const envelope = envelopeOf(log, resource)
  const { body, attributes } = log
  if (typeof body === 'string' || body instanceof Uint8Array) {
    if (body.length > 0 && !tellsStatus(attributes, CONVENTIONS) && !tellsStatus(attributes, OWN_NAMES))
      return { record: body, envelope }
    return { record: objectOf(attributes, log, resource), envelope }
  }
  if (isList(body)) return { record: objectOf({ ...attributes, ...body }, log, resource), envelope }
  if (body === null) return { record: objectOf(attributes, log, resource), envelope }
  return { record: objectOf({ ...attributes, body }, log, resource), envelope }
}

/** Records by the conventions get what these keep in other places; a gateway's own fields stay among themselves. */
function objectOf(attributes: Attributes, log: LogRecord, resource: Attributes): string {
  if (!tellsStatus(attributes, CONVENTIONS)) return jsonText(attributes)
  const told: Record<string, OtlpValue> = {}
  for (const [name, value] of Object.entries(resource)) if (name.startsWith('service.')) told[name] = value
  if (isUnnamed(resource['service.name'])) delete told['service.name']
  if (log.timeNs > 0n) told['timestamp'] = millisecondsOf(log.timeNs)
  if (log.traceId !== '') told['trace_id'] = log.traceId
  return jsonText({ ...told, ...attributes })
}

function envelopeOf({ timeNs, attributes, traceId }: LogRecord, resource: Attributes): Envelope {
  const name = resource['service.name']
  const service = isUnnamed(name) ? firstToldText(resource, SERVICES) : toldText(name)
  const host = firstToldText(resource, CONTAINERS)
  const requestId = firstToldText(attributes, REQUEST_IDS) ?? firstOfList(attributes[REQUEST_ID_HEADER])
  const trace = toldText(traceId)
  const eventId = toldText(attributes['log.record.uid'])
  return {
    ...(timeNs > 0n && { tsMs: millisecondsOf(timeNs) }),
    ...(service !== undefined && { service }),
    // A container's name says less than the host that a record names, and is asked where there is none.
    ...(host !== undefined && { host }),
    ...(requestId !== undefined && { requestId }),
    ...(trace !== undefined && { traceId: trace }),
    ...(eventId !== undefined && { eventId }),
  }
}

/** SDKs name a service that was given no name `unknown_service`, with or without the program behind it. */
function isUnnamed(service: OtlpValue | undefined): boolean {
  return typeof service !== 'string' || service.startsWith('unknown_service')
}

function firstOfList(value: OtlpValue | undefined): string | undefined {
  return Array.isArray(value) ? toldText(value[0]) : toldText(value)
}

function millisecondsOf(nanoseconds: bigint): number {
  return Number(nanoseconds / 1_000_000n)
}

function tellsStatus(attributes: Attributes, names: readonly string[]): boolean {
  return names.some((name) => isStatus(attributes[name]) || isStatus(nested(attributes, name)))
}

/** `status` may also be a word for the level of a log. */
function isStatus(value: OtlpValue | undefined): boolean {
  return typeof value === 'number' || (typeof value === 'string' && /^\d{1,3}$/.test(value))
}

function nested(attributes: Attributes, path: string): OtlpValue | undefined {
  let value: OtlpValue | undefined = attributes
  for (const name of path.split('.')) value = isList(value) ? value[name] : undefined
  return value
}

function isList(value: OtlpValue | Uint8Array | undefined): value is Attributes {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
}
