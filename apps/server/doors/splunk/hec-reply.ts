import type { ErrorCode } from '../../http/errors.js'
import { Refusal } from '../../http/refusal.js'
import type { DoorReply, DoorRequest } from '../dialect.js'

/** Splunk's numbers for what happened, each with its status and its words (docs: Splunk, "Possible error codes" of HEC). */
export const HEC_CODES = {
  0: [200, 'Success'],
  2: [401, 'Token is required'],
  3: [401, 'Invalid authorization'],
  4: [403, 'Invalid token'],
  5: [400, 'No data'],
  6: [400, 'Invalid data format'],
  8: [500, 'Internal server error'],
  9: [503, 'Server is busy'],
  12: [400, 'Event field is required'],
  13: [400, 'Event field cannot be blank'],
  14: [400, 'ACK is disabled'],
  17: [200, 'HEC is healthy'],
  18: [503, 'HEC is unhealthy, queues are full'],
} as const satisfies Record<number, readonly [status: number, text: string]>

export type HecCode = keyof typeof HEC_CODES

/** A reply as Splunk words it; without an `ackId`, so that nobody polls for one. */
export function hecReply(code: HecCode): DoorReply {
  const [statusCode, text] = HEC_CODES[code]
  return { statusCode, body: { text, code } }
}

/** A body of which nothing can be used, and Splunk's number for why: all of its events are at fault, the first of them first. */
export function unusable(code: 5 | 6 | 12 | 13): Refusal {
  return new Refusal('bad_json', { hec: code })
}

const SECONDS_TO_WAIT = '1'
const UNAUTHENTICATED: ErrorCode = 'unauthenticated'

/** A refusal in words of Splunk, and in ours under `detail`. Statuses of faults that pass are 503: some senders drop 408 and 429. */
export function hecRefusal(refusal: Refusal, request: DoorRequest): DoorReply {
  const { statusCode, headers, body } = refusal
  const code = codeOf(refusal, request)
  const [ownStatus, text] = HEC_CODES[code]
  return {
    statusCode: code === 6 ? statusOfBadBody(statusCode) : ownStatus,
    headers: ownStatus === 503 ? { 'retry-after': SECONDS_TO_WAIT, ...headers } : headers,
    body: { text: statusCode === 413 ? TOO_LARGE : text, code, ...eventAtFault(refusal), detail: body.message },
  }
}

/** Splunk has no number of its own for it, but no sender is told that its data have no format. */
const TOO_LARGE = 'Request entity too large'

/** Splunk counts from 0 and stops at the first; a body is refused here only where every event is at fault. */
function eventAtFault({ details }: Refusal): object {
  const { hec } = details
  return hec === undefined || hec === 5 ? {} : { 'invalid-event-number': 0 }
}

function codeOf({ code, statusCode, details }: Refusal, request: DoorRequest): HecCode {
  if (code === UNAUTHENTICATED) return unauthenticated(request)
  const own = details['hec']
  if (own === 5 || own === 12 || own === 13) return own
  if (statusCode === 403) return 4
  if (statusCode === 500) return 8
  return isPassing(statusCode) ? 9 : 6
}

function unauthenticated({ headers, query }: DoorRequest): HecCode {
  const { authorization } = headers
  if (authorization === undefined) return (query['token'] ?? headers['x-api-key'] ?? '') === '' ? 2 : 4
  const [scheme = '', credential = ''] = authorization.split(' ', 2)
  const isPair = scheme.toLowerCase() === 'basic'
  const hasToken = isPair ? /:./s.test(Buffer.from(credential, 'base64').toString()) : credential !== ''
  return hasToken ? 4 : 3
}

function isPassing(statusCode: number): boolean {
  return statusCode === 408 || statusCode === 429 || statusCode === 503
}

/** Too large, an unknown encoding and a bad argument keep their status; what cannot be read is 400. */
function statusOfBadBody(statusCode: number): number {
  return statusCode === 413 || statusCode === 415 ? statusCode : 400
}
