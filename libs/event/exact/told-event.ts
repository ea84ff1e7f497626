import { grpcStatusNamed } from '#catalog'
import type { Envelope } from '../envelope.js'
import type { HttpEvent, Protocol } from '../http-event.js'
import { labelOf } from '../label.js'
import type { RejectReason } from '../reject.js'
import { isAbsent } from '../value/absent.js'
import { decimalOf } from '../value/decimal.js'
import { durationMs, durationOfText, type DurationUnit } from '../value/duration.js'
import { instantOfNumber, instantOfText, type Instant } from '../value/instant.js'
import { bytesOf } from '../value/measure.js'
import { protocolOf } from '../value/protocol.js'
import { pathOf, requestLineOf, type RequestLine } from '../value/request-line.js'
import { elementsOf, statusOf, upstreamStatusesOf } from '../value/status.js'
import type { Field } from './alias.js'
import { graphqlErrorsOf } from './graphql-errors.js'
import type { ToldValues } from './told-values.js'

/** An event, or the word for why there is none. */
export type Parsed = HttpEvent | { readonly reject: RejectReason }

/** What the source says about its records that the records do not say themselves. */
export interface Reading {
  /** Unit of duration keys that name none; undefined: such keys are left alone. */
  readonly bareUnit: DurationUnit | undefined
  /** IANA zone of times without one. */
  readonly timeZone: string
  /** Deepest nesting of a JSON record. */
  readonly maxDepth: number
  /** Which of two proxies that log the same request counts, where both ends of a connection do; undefined: as the layout says. */
  readonly side?: 'outbound' | 'inbound' | 'both'
}

/** Fields that the layout of a line tells by position; they beat what the keys of the line tell. */
export interface Positional {
  readonly request?: RequestLine
  readonly consumer?: string | undefined
  readonly host?: string | undefined
  readonly bytes?: number | undefined
}

/** The event in told values; `missing_status` where no key names the status. */
export function eventOf(told: ToldValues, reading: Reading, positional: Positional = {}): Parsed {
  const status = told.get('status')
  if (status === undefined) return { reject: 'missing_status' }
  const code = statusOf(status.value)
  if (code === 'bad_status') return { reject: 'bad_status' }
  const duration = durationIn(told, 'duration', reading)
  const instant = instantIn(told, reading, duration)
  if (instant === 'bad_time') return { reject: 'bad_time' }
  return {
    tsMs: instant?.ms ?? null,
    subSecond: instant?.subSecond ?? false,
    status: code,
    ...requestIn(told, positional.request),
    ...present({
      upstreamStatuses: upstreamIn(told),
      upstreamBytes: lastBytesIn(told),
      gateway: labelIn(told, 'gateway'),
      service: labelIn(told, 'service'),
      route: labelIn(told, 'route'),
      host: labelIn(told, 'host') ?? positional.host,
      durationMs: duration,
      upstreamMs: durationIn(told, 'upstreamDuration', reading),
      bytes: positional.bytes ?? bytesOf(told.get('bytes')?.value),
      consumer: labelIn(told, 'consumer') ?? positional.consumer,
      requestId: labelIn(told, 'requestId'),
      traceId: traceIn(told),
      flags: wordsIn(told, 'flags'),
      grpcStatus: grpcIn(told),
      graphql: graphqlIn(told),
      detail: labelIn(told, 'detail'),
      weight: weightIn(told),
      eventId: eventIdIn(told),
    }),
  }
}

/** What the keys around a wrapped record tell about it: when it was logged, and by which service. */
export function contextOf(told: ToldValues, reading: Reading): Envelope {
  const instant = instantIn(told, reading, undefined)
  const tsMs = instant === null || instant === 'bad_time' ? undefined : instant.ms
  return present({ tsMs, service: labelIn(told, 'service') })
}

/** The same object without its undefined members. */
function present<Shape extends object>(shape: Shape): { [Key in keyof Shape]?: Exclude<Shape[Key], undefined> } {
  return Object.fromEntries(Object.entries(shape).filter(([, value]) => value !== undefined)) as typeof shape
}

function requestIn(told: ToldValues, positional: RequestLine | undefined) {
  const line = positional ?? requestLineOf(textIn(told, 'request') ?? '')
  const method = labelIn(told, 'method')?.toUpperCase() ?? line.method
  const path = pathOf(textIn(told, 'path') ?? '') ?? line.path
  const protocol = textIn(told, 'protocol')
  const known: Protocol | undefined = protocol === undefined ? line.protocol : protocolOf(protocol)
  return { protocol: known ?? ('unknown' as const), ...present({ method, path, host: line.host }) }
}

function instantIn(told: ToldValues, reading: Reading, duration: number | undefined): Instant | null | 'bad_time' {
  const ts = told.get('ts')
  if (ts === undefined || ts.value === null) return null
  const instant = instantOf(ts.value, reading.timeZone)
  if (typeof instant === 'string' || instant === null) return instant
  const kind = textIn(told, 'tsKind')
  const isStart = kind === undefined ? ts.alias.isStart : kind === 'start'
  return isStart && duration !== undefined ? { ...instant, ms: instant.ms + Math.round(duration) } : instant
}

function instantOf(value: unknown, timeZone: string): Instant | null | 'bad_time' {
  if (typeof value === 'number') return instantOfNumber(value) ?? 'bad_time'
  if (typeof value !== 'string') return 'bad_time'
  const trimmed = value.trim()
  return isAbsent(trimmed) ? null : (instantOfText(trimmed, timeZone) ?? 'bad_time')
}

function durationIn(told: ToldValues, field: 'duration' | 'upstreamDuration', reading: Reading): number | undefined {
  const found = told.get(field)
  const unit = found?.alias.unit === 'bare' ? reading.bareUnit : found?.alias.unit
  if (found === undefined || unit === undefined) return undefined
  const last = elementsOf(found.value).at(-1)
  if (typeof last === 'number') return durationMs(last, unit)
  return typeof last === 'string' ? durationOfText(last.trim(), unit) : undefined
}

function upstreamIn(told: ToldValues): readonly (number | null)[] | undefined {
  const found = told.get('upstreamStatus')
  return found === undefined ? undefined : upstreamStatusesOf(found.value)
}

function lastBytesIn(told: ToldValues): number | undefined {
  const found = told.get('upstreamBytes')
  return found === undefined ? undefined : bytesOf(elementsOf(found.value).at(-1))
}

/** A trace id; of a W3C `traceparent` only the id in it. */
function traceIn(told: ToldValues): string | undefined {
  const label = labelIn(told, 'traceId')
  const isParent = label?.length === 55 && label[2] === '-' && label[35] === '-' && label[52] === '-'
  return isParent ? label.slice(3, 35) : label
}

/** gRPC's number, or its name (`UNAVAILABLE`). */
function grpcIn(told: ToldValues): number | undefined {
  const text = textIn(told, 'grpcStatus')
  if (text === undefined) return undefined
  const number = decimalOf(text)
  if (number !== null) return Number.isInteger(number) && number >= 0 ? number : undefined
  return grpcStatusNamed(text.replaceAll(/([a-z])([A-Z])/g, '$1_$2').toUpperCase())?.code
}

function graphqlIn(told: ToldValues): HttpEvent['graphql'] | undefined {
  const operation = labelIn(told, 'graphqlOperation')
  const type = labelIn(told, 'graphqlType')
  const codes = graphqlErrorsOf(told.get('graphqlErrors')?.value)
  const partial = told.get('graphqlPartial')?.value
  const graphql = present({
    operation,
    type,
    errors: codes.length === 0 ? undefined : codes,
    partial: partial === true || partial === 'true' ? true : undefined,
  })
  return Object.keys(graphql).length === 0 ? undefined : graphql
}

/** A longer id is none: cut, it would be another's too. */
function eventIdIn(told: ToldValues): string | undefined {
  const id = labelIn(told, 'eventId')
  return id !== undefined && id.length === textIn(told, 'eventId')?.length ? id : undefined
}

/** No lower sampling rate than one in a million is believed: one such record would outweigh all others of its source. */
const MAX_WEIGHT = 1e6

/** Requests that a sampled record stands for; undefined where nothing was left out, or more than anybody leaves out. */
export function weightOf(requests: number): number | undefined {
  return requests > 1 && requests <= MAX_WEIGHT ? requests : undefined
}

function weightIn(told: ToldValues): number | undefined {
  const value = told.get('sampleRate')?.value
  const rate = typeof value === 'string' ? decimalOf(value.trim()) : value
  return typeof rate === 'number' ? weightOf(1 / rate) : undefined
}

const MAX_WORDS = 32

/** Words of an array or of a comma-separated text. */
function wordsIn(told: ToldValues, field: Field): readonly string[] | undefined {
  const value = told.get(field)?.value
  const items: unknown[] = Array.isArray(value)
    ? value.slice(0, MAX_WORDS)
    : (textIn(told, field)?.split(',', MAX_WORDS) ?? [])
  const words = items.flatMap((item) => (typeof item === 'string' ? (labelOf(item) ?? []) : []))
  return words.length === 0 ? undefined : words
}

function labelIn(told: ToldValues, field: Field): string | undefined {
  const text = textIn(told, field)
  return text === undefined ? undefined : labelOf(text)
}

/** A string, or a number as JavaScript writes it, trimmed; undefined where absent. */
function textIn(told: ToldValues, field: Field): string | undefined {
  const value = told.get(field)?.value
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'string') return undefined
  const trimmed = value.trim()
  return isAbsent(trimmed) ? undefined : trimmed
}
