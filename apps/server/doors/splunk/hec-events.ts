import type { Envelope } from '#event'
import type { TakePart } from '../dialect.js'
import { epochTime } from '../epoch-time.js'
import { members, objectSlices, textOf, valueOf } from '../json-slices.js'
import { labelEnvelope } from '../label-envelope.js'
import type { TimeEvidence } from '../time-evidence.js'
import { toldText } from '../told-text.js'
import { unusable } from './hec-reply.js'

/** What is wrong with an event, in Splunk's numbers. */
type Fault = 6 | 12 | 13

/** What an event tells beside its `event`. */
interface HecEvent {
  /** Null: there is none. */
  readonly record: string | Buffer | null
  readonly fault: Fault
  readonly envelope: Envelope
  readonly nanoseconds: number
}

const OPEN_BRACE = 0x7b

/**
 * Hands over the events of a body; what is no event goes to quarantine, because Splunk's way, to refuse the whole batch, costs
 * the others. Refuses a body without a single event.
 */
export function readHecEvents(body: Buffer, evidence: TimeEvidence, take: TakePart): void {
  let events = 0
  let fault: Fault | 5 = 5
  for (const { bytes, isObject } of objectSlices(body)) {
    const event = isObject ? readEvent(bytes) : null
    if (event === null || event.record === null) {
      take(bytes, null)
      if (fault === 5) fault = event?.fault ?? 6
      continue
    }
    events++
    evidence.add(event.nanoseconds)
    take(event.record, event.envelope)
  }
  if (events === 0) throw unusable(fault)
}

/** Null: it is no JSON. */
function readEvent(object: Buffer): HecEvent | null {
  const found = new Map(members(object))
  const event = found.get('event')
  const [record, fault] = event === undefined ? ([null, faultWithout(object)] as const) : recordOf(event)
  const time = epochTime(scalarOf(found.get('time')))
  const host = toldText(scalarOf(found.get('host')))
  const envelope = {
    ...(host !== undefined && { gateway: host }),
    ...labelEnvelope(fieldsOf(found.get('fields'))),
    ...(time !== null && { tsMs: time.tsMs }),
  }
  return { record, fault, envelope, nanoseconds: time?.nanoseconds ?? 0 }
}

function recordOf(event: Buffer): readonly [record: string | Buffer | null, fault: Fault] {
  if (event[0] === OPEN_BRACE) return [unwrapped(event), 6]
  const text = textOf(event)
  if (text !== null) return [text.trim() === '' ? null : text, 13]
  return event.equals(NULL) ? [null, 13] : [event, 6]
}

const NULL = Buffer.from('null')
const WRAPPING = new Set(['message', 'line'])

/** Splunk's loggers and Docker's driver wrap an object once more: `{"message":{…},"severity":"info"}`, `{"line":{…},"tag":"…"}`. */
function unwrapped(event: Buffer): Buffer {
  const [key, value] = members(event).next().value ?? []
  return key !== undefined && value?.[0] === OPEN_BRACE && WRAPPING.has(key) ? value : event
}

function faultWithout(object: Buffer): Fault {
  return valueOf(object) === undefined ? 6 : 12
}

/** A number or a text. */
function scalarOf(value: Buffer | undefined): unknown {
  return value === undefined || value.length > MAX_SCALAR_BYTES ? undefined : valueOf(value)
}

const MAX_SCALAR_BYTES = 4096
const MAX_FIELDS_BYTES = 64 * 1024

function fieldsOf(value: Buffer | undefined): Readonly<Record<string, unknown>> {
  const fields = value === undefined || value.length > MAX_FIELDS_BYTES ? null : valueOf(value)
  return typeof fields === 'object' && fields !== null ? (fields as Record<string, unknown>) : {}
}
