import type { IncomingHttpHeaders } from 'node:http'
import type { RouteScope } from '../http/access.js'
import type { Refusal } from '../http/refusal.js'
import type { Encoding } from '../ingest/decoder.js'
import type { CountedBody } from '../ingest/intake.js'
import type { BodyExchange } from '../ingest/open-body.js'

export type { TakePart } from '../ingest/open-body.js'

/** A request as a dialect sees it: everything but the body. */
export interface DoorRequest {
  readonly method: string
  /** Path and query as sent. */
  readonly url: string
  readonly params: Readonly<Record<string, string | undefined>>
  readonly query: Readonly<Record<string, string | string[] | undefined>>
  readonly headers: IncomingHttpHeaders
}

/** What is sent back. */
export interface DoorReply {
  readonly statusCode: number
  readonly headers?: Readonly<Record<string, string>>
  /** Text and bytes are sent as they are, objects as JSON; absent: no body. */
  readonly body?: string | Uint8Array | object
}

/** One body under way in a dialect. Made anew for every request, so that it may keep what the answer needs. */
export interface Exchange extends BodyExchange {
  /** The answer once the batch is durable. */
  accepted(counted: CountedBody): DoorReply
}

/** An address that is asked for something else than to take a body. */
export interface Question {
  readonly methods: readonly string[]
  readonly path: string
  readonly scope: RouteScope
  /** `notReady` resolves to null, or to why the server cannot take bodies now. */
  answer(request: DoorRequest, notReady: () => Promise<object | null>): DoorReply | Promise<DoorReply>
}

/**
 * How one family of senders speaks: where, how it wraps records, and which answers it treats correctly. Dialects are plain
 * objects that know nothing of each other; `HttpDoor` does everything that they share.
 */
export interface Dialect {
  /** Label in the metrics, and the source of senders that name none. */
  readonly name: string
  /** True where records carry ids of their own and senders cut their batches anew when they send again. */
  readonly hasEventIds?: boolean | ((request: DoorRequest) => boolean)
  /** True where the protocol has a `?source=` of its own, which may hold anything: ours is then the path or header alone. */
  readonly ownsQuery?: boolean
  /** Addresses that take a body. */
  readonly bodies: readonly { readonly methods: readonly string[]; readonly path: string }[]
  readonly questions?: readonly Question[]
  /** A key that its senders carry in a way of their own. */
  token?(request: DoorRequest): string | null
  /** How its senders encode bodies where no header says so. */
  encoding?(request: DoorRequest): Encoding | undefined
  /** The source of a body, where path, key, header and query name none. */
  source?(request: DoorRequest): string | undefined
  open(request: DoorRequest): Exchange
  /** A refusal in words and statuses that its senders treat correctly: try again, or drop. */
  refused(refusal: Refusal, request: DoorRequest): DoorReply
}
