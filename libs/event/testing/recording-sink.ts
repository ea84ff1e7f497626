import type { EventSink } from '../event-sink.js'
import type { EventView } from '../event-view.js'
import type { RejectReason } from '../reject.js'

/** One call of a sink, with everything it could have read. */
export type RecordedCall = Readonly<Record<string, string | number | boolean>>

const NUMBERS = [
  'index',
  'tsMs',
  'subSecond',
  'status',
  'upstreamStatus',
  'upstreamBytes',
  'retries',
  'responseBytes',
  'durationMs',
  'method',
  'protocol',
  'outcome',
  'owner',
] as const
const LABELS = [
  'gateway',
  'service',
  'host',
  'route',
  'path',
  'consumer',
  'requestId',
  'traceId',
  'eventId',
  'detail',
] as const

/** A sink for tests that keeps every call as a plain object. */
export class RecordingSink implements EventSink {
  readonly calls: RecordedCall[] = []

  event(view: EventView): void {
    this.calls.push(callOf(view))
  }

  reject(reason: RejectReason, record: Uint8Array, from: number, to: number, index: number): void {
    this.calls.push({ index, reject: reason, record: latin1(record, from, to) })
  }
}

/** What an event sink is told, as a plain object; bytes as Latin-1, so that none is lost. */
function callOf(view: EventView): RecordedCall {
  const call: Record<string, string | number | boolean> = {
    record: latin1(view.record, view.recordFrom, view.recordTo),
  }
  for (const name of NUMBERS) call[name] = view[name]
  for (const name of LABELS) call[name] = latin1(view.bytes, view[`${name}From`], view[`${name}To`])
  return call
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1')
}
