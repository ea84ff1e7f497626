import type { Owner } from '#catalog'
import { eventOf, type Parsed, type Reading } from '../exact/told-event.js'
import type { HttpEvent } from '../http-event.js'
import { labelOf } from '../label.js'
import { FieldTable, type NamedValue } from './field-table.js'
import { leftByClient, producedBy } from './producer.js'
import { withoutPercents } from './text/w3c-escape.js'
import { w3cTime } from './text/w3c-time.js'

const FIELDS = new FieldTable({
  ts: 'timestamp(ms) ts',
  status: 'sc-status',
  method: 'cs-method',
  path: 'path',
  protocol: 'protocol cs-protocol-version',
  duration: 's:time-taken',
  bytes: 'sc-bytes',
  host: 'x-host-header cs-host cs(Host)',
  gateway: 'cs(Host) DistributionId',
  requestId: 'x-edge-request-id',
  eventId: 'x-edge-request-id',
  detail: 'detail',
})

/** Results that are no errors, whose name says nothing about the response. */
const WELL: ReadonlySet<string> = new Set([
  'Hit',
  'RefreshHit',
  'Miss',
  'OriginShieldHit',
  'Redirect',
  'MissGeneratedResponse',
])
/** The viewer was gone, or did not send its request to the end. */
const CLIENT_LEFT: ReadonlySet<string> = new Set(['ClientCommError', 'ClientHungUpRequest'])
/** The edge got no answer out of the network between it and the origin. */
const NO_ORIGIN: ReadonlySet<string> = new Set([
  'OriginConnectError',
  'OriginDnsError',
  'OriginCommError',
  'OriginReadError',
  'OriginWriteError',
])

/** The event of a CloudFront record, TSV or JSON. Times are ends, in UTC; durations in seconds. */
export function cloudfrontEvent(value: NamedValue, reading: Reading): Parsed {
  const text = (name: string) => labelOf(String(value(name) ?? ''))
  const result = text('x-edge-detailed-result-type') ?? text('x-edge-result-type')
  const derived: Readonly<Record<string, unknown>> = {
    ts: w3cTime(value),
    path: pathOf(value('cs-uri-stem')),
    protocol: protocolOf(text('cs-protocol') ?? ''),
    detail: result === undefined || WELL.has(result) ? '-' : result,
  }
  const event = eventOf(
    FIELDS.told((name) => (Object.hasOwn(derived, name) ? derived[name] : value(name))),
    reading,
  )
  return 'reject' in event ? event : withOwner(event, result)
}

/** Only what the version of HTTP does not tell: `-` for http and https. */
function protocolOf(scheme: string): string {
  if (scheme.startsWith('ws')) return 'websocket'
  return scheme.startsWith('grpc') ? 'grpc' : '-'
}

/** A status of 000 says that the viewer left before the first byte. */
function withOwner(event: HttpEvent, result: string | undefined): HttpEvent {
  if (event.status === null || CLIENT_LEFT.has(result ?? '')) return leftByClient(event)
  return result === undefined ? event : producedBy(ownerOf(result), event)
}

function ownerOf(result: string): Owner {
  if (NO_ORIGIN.has(result)) return 'network'
  // A plain Error, or an error out of the cache, is a status that the origin sent.
  if (WELL.has(result) || result === 'Error' || result === 'AbortedOrigin' || result.includes('Origin'))
    return 'upstream'
  return 'gateway'
}

/** CloudFront escapes the percent signs of the path that it was sent. */
function pathOf(stem: unknown): string {
  return typeof stem === 'string' ? withoutPercents(withoutPercents(stem)) : ''
}
