/**
 * What the wrapping of a record tells about it where the record itself does not: the labels of a Loki stream, the resource of
 * an OTLP record, the time of a syslog message. What the record tells wins, but the event id is the wrapping's.
 */
export interface Envelope {
  /** Epoch milliseconds. */
  readonly tsMs?: number
  readonly gateway?: string
  readonly service?: string
  readonly host?: string
  readonly route?: string
  readonly consumer?: string
  readonly requestId?: string
  readonly traceId?: string
  /** An id that no other event of the source has. */
  readonly eventId?: string
}
