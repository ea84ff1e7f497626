import type { Envelope } from '#event'
import { labelEnvelope, SERVICE_LABELS } from '../label-envelope.js'
import { firstToldText } from '../told-text.js'
import type { Labels, PushEntry } from './push.js'

/** Labels that name the service, the first that there is: the usual ones, and what Docker's drivers call it. */
export const STREAM_SERVICE_LABELS = [...SERVICE_LABELS, 'compose_service', 'swarm_service'] as const
const REQUEST_IDS = ['request_id', 'requestId', 'req_id', 'x_request_id']
const TRACE_IDS = ['trace_id', 'traceId', 'traceID']

/** What Loki itself puts where no label names a service. */
const UNKNOWN_SERVICE = 'unknown_service'
const JSON_STATUS = ['status', 'statusCode', 'status_code', 'res', 'response']
/** Longer lines are not searched for an object behind words. */
const MAX_WORDY_BYTES = 64 * 1024
const SPACE = 0x20
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/** What the labels of a stream tell about each of its lines. */
export function streamEnvelope(labels: Labels): Envelope {
  const { service, host, ...told } = labelEnvelope(labels, STREAM_SERVICE_LABELS)
  return {
    ...told,
    ...(service !== undefined && service !== UNKNOWN_SERVICE && { service }),
    ...(host !== undefined && { host: host.slice(host.lastIndexOf('/') + 1) }),
  }
}

/** What is known about one entry beside its line. */
export function entryEnvelope(stream: Envelope, { tsMs, metadata }: PushEntry): Envelope {
  if (metadata === null) return tsMs === undefined ? stream : { ...stream, tsMs }
  const requestId = firstToldText(metadata, REQUEST_IDS)
  const traceId = firstToldText(metadata, TRACE_IDS)
  return {
    ...stream,
    ...streamEnvelope(metadata),
    ...(tsMs !== undefined && { tsMs }),
    ...(requestId !== undefined && { requestId }),
    ...(traceId !== undefined && { traceId }),
  }
}

/** The line to read. Loggers write words in front of an object, `request completed {"status":200,…}`: then it is the object. */
export function lineOf(line: string | Uint8Array): string | Uint8Array {
  const bytes = typeof line === 'string' ? Buffer.from(line) : Buffer.from(line.buffer, line.byteOffset, line.length)
  let end = bytes.length
  while (end > 0 && (bytes[end - 1] as number) <= SPACE) end--
  if (bytes[end - 1] !== CLOSE_BRACE || bytes[0] === OPEN_BRACE || end > MAX_WORDY_BYTES) return bytes
  const open = bytes.indexOf(' {"')
  if (open < 0) return bytes
  const text = bytes.toString('utf8', open + 1, end)
  return hasStatus(text) ? text : bytes
}

function hasStatus(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && JSON_STATUS.some((name) => Object.hasOwn(value, name))
  } catch {
    return false
  }
}
