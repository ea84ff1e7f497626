import type { Envelope } from './envelope.js'
import type { EventView } from './event-view.js'
import type { HttpEvent } from './http-event.js'
import { labelOf } from './label.js'

/** An event with what its envelope tells where it does not tell it itself. */
export function within(envelope: Envelope | null, event: HttpEvent): HttpEvent {
  if (envelope === null) return event
  const { tsMs, eventId, ...labels } = envelope
  const subSecond = event.subSecond || isFine(tsMs)
  const time = event.tsMs === null && tsMs !== undefined ? { tsMs } : {}
  return { ...labels, ...event, ...time, subSecond, ...(eventId !== undefined && { eventId }) }
}

/** A time in whole seconds may be one that has nothing finer: it tells nothing apart. */
function isFine(tsMs: number | undefined): boolean {
  return tsMs !== undefined && tsMs % 1_000 !== 0
}

const LABELS = ['gateway', 'service', 'host', 'route', 'consumer', 'requestId', 'traceId'] as const
const ALL_LABELS = [...LABELS, 'path', 'eventId', 'detail'] as const

/** An envelope as its labels may be stored: trimmed, cut to their length, without those that say nothing. */
export function storableEnvelope(envelope: Envelope): Envelope {
  const { tsMs, eventId } = envelope
  const cleaned: Record<string, string> = {}
  for (const name of LABELS) {
    const label = labelOf(envelope[name] ?? '')
    if (label !== undefined) cleaned[name] = label
  }
  return { ...cleaned, ...(tsMs !== undefined && { tsMs }), ...(eventId !== undefined && { eventId }) }
}

function isLabel(name: (typeof ALL_LABELS)[number]): name is (typeof LABELS)[number] {
  return name !== 'path' && name !== 'eventId' && name !== 'detail'
}

/** Puts what an envelope tells into a view that a scanner has filled. Its texts live in a reused buffer. */
export class EnvelopeWriter {
  readonly #encoder = new TextEncoder()
  #scratch = new Uint8Array(4096)

  /** The view is valid until the next call. */
  fill(view: EventView, envelope: Envelope): void {
    if (view.tsMs === -1 && envelope.tsMs !== undefined) view.tsMs = envelope.tsMs
    view.subSecond ||= isFine(envelope.tsMs)
    view.eventId = envelope.eventId ?? null
    if (LABELS.some((name) => envelope[name] !== undefined && view[`${name}From`] === view[`${name}To`]))
      this.#fillLabels(view, envelope)
  }

  /** All ranges of a view point into one buffer, so those that are there move along. */
  #fillLabels(view: EventView, envelope: Envelope): void {
    const { bytes } = view
    const needed = ALL_LABELS.reduce((sum, name) => sum + view[`${name}To`] - view[`${name}From`], 0)
    const added = LABELS.reduce((sum, name) => sum + 3 * (envelope[name]?.length ?? 0), 0)
    if (this.#scratch.length < needed + added) this.#scratch = new Uint8Array(2 * (needed + added))
    let used = 0
    for (const name of ALL_LABELS) {
      const [from, to] = [view[`${name}From`], view[`${name}To`]]
      const told = isLabel(name) ? envelope[name] : undefined
      view[`${name}From`] = used
      if (to > from) {
        this.#scratch.set(bytes.subarray(from, to), used)
        used += to - from
      } else if (told !== undefined) used += this.#encoder.encodeInto(told, this.#scratch.subarray(used)).written
      view[`${name}To`] = used
    }
    view.bytes = this.#scratch
    view.place = 0
  }
}
