import { weightOf } from '../../exact/told-event.js'
import type { HttpEvent } from '../../http-event.js'
import { labelOf } from '../../label.js'
import { decimalOf } from '../../value/decimal.js'
import { durationMs } from '../../value/duration.js'
import { instantOfText } from '../../value/instant.js'
import { hasAll, jsonLayout } from '../json-table.js'
import type { JsonObject } from '../layout.js'
import { producedBy } from '../producer.js'
import { textAt, valueAt } from '../value-at.js'

/** Cloudflare's Logpush, data set http_requests, whichever fields were chosen (docs: "HTTP requests"). */
export const cloudflare = jsonLayout({
  name: 'cloudflare',
  sentence: "Records of Cloudflare's Logpush, data set http_requests.",
  marks: ['edgeresponsestatus'],
  recognise: (record) =>
    hasAll(record, 'EdgeResponseStatus') ?? (isTrial(record) ? 'it is the upload of a new job' : null),
  // Firewall events have the status of the request that they are about, which has a record of its own.
  isRequest: (record) => hasAll(record, 'Action', 'Datetime') === null && !isTrial(record),
  fields: {
    ts: 'EdgeEndTimestamp start:EdgeStartTimestamp',
    status: 'EdgeResponseStatus',
    method: 'ClientRequestMethod',
    path: 'ClientRequestPath ClientRequestURI',
    protocol: 'ClientRequestProtocol',
    upstreamStatus: 'OriginResponseStatus',
    upstreamDuration: 'ms:OriginResponseDurationMs ns:OriginResponseTime',
    bytes: 'EdgeResponseBytes EdgeResponseBodyBytes',
    host: 'ClientRequestHost',
    gateway: 'ZoneName',
    requestId: 'RayID',
    eventId: 'RayID',
    sampleRate: 'sample_rate SampleRate',
  },
  settle: (event, record) => bySecurity(withInterval(withDuration(event, record), record), record),
})

/** What Logpush uploads once, when a job is made, to see whether it may. */
function isTrial(record: JsonObject): boolean {
  return record['content'] === 'tests' && Object.keys(record).length === 1
}

/** From the start to the end at the edge, where both are written finer than a second: whole seconds would be no duration. */
function withDuration(event: HttpEvent, record: JsonObject): HttpEvent {
  const duration = durationBetween(valueAt(record, 'EdgeStartTimestamp'), valueAt(record, 'EdgeEndTimestamp'))
  return duration === undefined ? event : { ...event, durationMs: duration }
}

/**
 * Milliseconds. Nanoseconds of today are beyond 2^53, where numbers lie 256 apart: what is lost is a quarter of the microsecond
 * that durations are kept to.
 */
function durationBetween(start: unknown, end: unknown): number | undefined {
  const [from, to] = [nanosecondsOf(start), nanosecondsOf(end)]
  return from === undefined || to === undefined ? undefined : durationMs(to - from, 'ns')
}

/** Epoch nanoseconds as a number; undefined for whole seconds and for anything else. */
function nanosecondsOf(value: unknown): number | undefined {
  const number = typeof value === 'string' ? decimalOf(value.trim()) : value
  if (typeof number === 'number') return number >= 1e17 ? number : undefined
  const instant = typeof value === 'string' && /[.,]\d/.test(value) ? instantOfText(value.trim(), 'UTC') : null
  return instant === null ? undefined : instant.ms * 1e6 + nanosecondsBelowMs(value as string)
}

/** The digits of an ISO time behind the milliseconds. */
function nanosecondsBelowMs(text: string): number {
  const digits = /\.\d{3}(\d{1,6})/.exec(text)?.[1] ?? ''
  return Number(digits.padEnd(6, '0'))
}

/** Every how many requests one is logged. */
function withInterval(event: HttpEvent, record: JsonObject): HttpEvent {
  const weight = weightOf(decimalOf(textAt(record, 'SampleInterval') ?? '') ?? 1)
  return weight === undefined ? event : { ...event, weight }
}

/** Actions that answer the request at the edge; others (log, skip, allow, …) let it through. */
const ANSWERS: ReadonlySet<string> = new Set([
  'block',
  'drop',
  'challenge',
  'jschallenge',
  'js_challenge',
  'managedchallenge',
  'managed_challenge',
  'connectionclose',
  'connection_close',
  'force_connection_close',
])

/** The security feature that answered is the reason and, with a server error, the producer. */
function bySecurity(event: HttpEvent, record: JsonObject): HttpEvent {
  const action = ['SecurityAction', 'WAFAction'].map((key) => labelOf(textAt(record, key) ?? '')).find(isAnswer)
  if (action === undefined) return event
  const detail = labelOf(textAt(record, 'SecurityRuleDescription') ?? textAt(record, 'WAFRuleMessage') ?? '') ?? action
  return { ...producedBy('gateway', event), flags: [action], detail }
}

function isAnswer(action: string | undefined): boolean {
  return action !== undefined && ANSWERS.has(action.toLowerCase())
}
