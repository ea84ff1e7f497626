import { OUTCOME_INDEX, OWNER_INDEX, UPSTREAM_NONE, UPSTREAM_UNTOLD } from '#catalog'
import type { EventView } from './event-view.js'
import { PROTOCOLS, type HttpEvent } from './http-event.js'
import { methodIndex } from './value/method.js'
import { verdictOf, type Verdict } from './verdict.js'

/** Puts an event of the exact path into a view, so that sinks know one shape only. Its texts live in a reused buffer. */
export class ViewWriter {
  readonly #encoder = new TextEncoder()
  #scratch = new Uint8Array(2048)
  #used = 0

  /** Fills all fields of `view` but those of the record, the weight and the event id. The view is valid until the next call. */
  write(event: HttpEvent, view: EventView): void {
    this.#used = 0
    this.#reserve(event)
    view.clear()
    view.bytes = this.#scratch
    const verdict = verdictOf(event)
    this.#writeNumbers(event, verdict, view)
    this.#writeLabels(event, verdict, view)
  }

  #writeNumbers(event: HttpEvent, { outcome, owner }: Verdict, view: EventView): void {
    const attempts = event.upstreamStatuses
    view.tsMs = event.tsMs ?? -1
    view.subSecond = event.subSecond
    view.status = event.status ?? 0
    view.upstreamStatus = attempts === undefined ? UPSTREAM_UNTOLD : (attempts.at(-1) ?? UPSTREAM_NONE)
    view.retries = Math.max(0, (attempts?.length ?? 0) - 1)
    view.upstreamBytes = event.upstreamBytes ?? -1
    view.responseBytes = event.bytes ?? -1
    view.durationMs = event.durationMs ?? -1
    view.method = methodIndex(event.graphql?.type?.toUpperCase() ?? event.method)
    view.protocol = PROTOCOLS.indexOf(event.protocol)
    view.outcome = outcome === undefined ? -1 : OUTCOME_INDEX[outcome]
    view.owner = owner === undefined ? -1 : OWNER_INDEX[owner]
  }

  #writeLabels(event: HttpEvent, { detail }: Verdict, view: EventView): void {
    view.gatewayFrom = this.#used
    view.gatewayTo = this.#put(event.gateway)
    view.serviceFrom = this.#used
    view.serviceTo = this.#put(event.service)
    view.hostFrom = this.#used
    view.hostTo = this.#put(event.host)
    view.routeFrom = this.#used
    view.routeTo = this.#put(event.graphql?.operation ?? event.route)
    view.pathFrom = this.#used
    view.pathTo = this.#put(event.path)
    view.consumerFrom = this.#used
    view.consumerTo = this.#put(event.consumer)
    view.requestIdFrom = this.#used
    view.requestIdTo = this.#put(event.requestId)
    view.traceIdFrom = this.#used
    view.traceIdTo = this.#put(event.traceId)
    view.eventIdFrom = this.#used
    view.eventIdTo = this.#put(event.eventId)
    view.detailFrom = this.#used
    view.detailTo = this.#put(detail)
  }

  /** Writes a text behind the last one and returns its end. */
  #put(text: string | undefined): number {
    if (text !== undefined) this.#used += this.#encoder.encodeInto(text, this.#scratch.subarray(this.#used)).written
    return this.#used
  }

  #reserve(event: HttpEvent): void {
    // Labels take at most 200 bytes each; only a path can be long.
    const needed = 2048 + (event.path?.length ?? 0) * 3
    if (this.#scratch.length < needed || this.#scratch.length > 65_536) this.#scratch = new Uint8Array(needed)
  }
}
