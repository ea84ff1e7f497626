/**
 * A reusable window onto one event: numbers, and ranges of decoded UTF-8 in `bytes`. A scanner fills the same instance for
 * every record, so that the hot path makes no string and no object per event. Valid only until the sink returns.
 *
 * A range `xFrom..xTo` is half-open; an absent value has `xFrom === xTo`.
 */
export class EventView {
  /** What the ranges point into: the body itself, or a scratch buffer when the exact path decoded the record. */
  bytes: Uint8Array = EMPTY
  /** The record as received, for quarantine: a range of `record`. */
  record: Uint8Array = EMPTY
  recordFrom = 0
  recordTo = 0
  /** Position of the record in its batch, from 0. */
  index = 0

  /** When the response ended, epoch milliseconds; -1: the record has no time. */
  tsMs = -1
  /** Whether the record, or what wraps it, tells a time that is no whole second. */
  subSecond = false
  /** 100..999; 0: no response was sent. */
  status = 0
  /** Last upstream's code; `UPSTREAM_NONE` 0: none answered; `UPSTREAM_UNTOLD` -1: the log does not tell. */
  upstreamStatus = -1
  /** Bytes of the last upstream's answer; -1: not told. */
  upstreamBytes = -1
  /** Attempts beyond the first. */
  retries = 0
  /** Response bytes as the format counts them; -1: not told. */
  responseBytes = -1
  /** Milliseconds; -1: not told. */
  durationMs = -1
  /** Index into METHODS. */
  method = 0
  /** Index into PROTOCOLS. */
  protocol = 0
  /** Index into OUTCOMES when the record itself decides (gRPC, GraphQL, client abort flag); -1: by status. */
  outcome = -1
  /** Index into OWNERS when the record itself decides; -1: by the rule. */
  owner = -1
  /** Requests that the event stands for; 1 but where the gateway logs a sample. Set by the reader, not by `clear`. */
  weight = 1
  /** The id that the wrapping gives the event, which beats its own; null: none. Set by the reader, not by `clear`. */
  eventId: string | null = null

  /**
   * A number that a scanner gave the gateway, the service (where none is told, the host) and the route (where none is told, the
   * path's automatic template) together; 0: they have none. In one epoch equal ones stand for equal texts.
   */
  place = 0
  placeEpoch = 0

  gatewayFrom = 0
  gatewayTo = 0
  serviceFrom = 0
  serviceTo = 0
  hostFrom = 0
  hostTo = 0
  /** The gateway's own route name or template. */
  routeFrom = 0
  routeTo = 0
  /** Path without query string and fragment, as sent. */
  pathFrom = 0
  pathTo = 0
  consumerFrom = 0
  consumerTo = 0
  requestIdFrom = 0
  requestIdTo = 0
  traceIdFrom = 0
  traceIdTo = 0
  /** The event's own id, which no other event of the source has. */
  eventIdFrom = 0
  eventIdTo = 0
  /** Why, in a few words of the gateway. */
  detailFrom = 0
  detailTo = 0

  /** Makes every field absent; `bytes` and `record` stay. */
  clear(): void {
    this.tsMs = -1
    this.subSecond = false
    this.status = 0
    this.upstreamStatus = -1
    this.upstreamBytes = -1
    this.retries = 0
    this.responseBytes = -1
    this.durationMs = -1
    this.method = 0
    this.protocol = 0
    this.outcome = -1
    this.owner = -1
    this.place = 0
    this.gatewayFrom = this.gatewayTo = 0
    this.serviceFrom = this.serviceTo = 0
    this.hostFrom = this.hostTo = 0
    this.routeFrom = this.routeTo = 0
    this.pathFrom = this.pathTo = 0
    this.consumerFrom = this.consumerTo = 0
    this.requestIdFrom = this.requestIdTo = 0
    this.traceIdFrom = this.traceIdTo = 0
    this.eventIdFrom = this.eventIdTo = 0
    this.detailFrom = this.detailTo = 0
  }
}

const EMPTY = new Uint8Array(0)
