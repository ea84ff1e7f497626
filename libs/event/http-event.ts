import type { Outcome, Owner } from '#catalog'

/**
 * One finished request as the log told it. This object form is the specification: the exact parsers make it, golden files
 * hold it, and the byte scanners must agree with it. The hot path never makes one.
 */
export interface HttpEvent {
  /** When the response ended, epoch milliseconds; null where the record has no time (arrival time is used). */
  readonly tsMs: number | null
  /** True where the record, or what wraps it, tells a time that is no whole second: it then comes again only when it is sent again. */
  readonly subSecond: boolean
  /** 100..999, or null where no response was sent. */
  readonly status: number | null
  /** Codes of the gateway's attempts, oldest first (null: that attempt got none); undefined where the log does not tell. */
  readonly upstreamStatuses?: readonly (number | null)[]
  /** Bytes that the last upstream answered with, where told. */
  readonly upstreamBytes?: number
  readonly gateway?: string
  readonly service?: string
  /** The gateway's own route name or template, where told. */
  readonly route?: string
  readonly host?: string
  /** Upper-cased as logged; unknown words are kept here and become `_OTHER` in the series. */
  readonly method?: string
  /** Without query string and fragment. */
  readonly path?: string
  readonly protocol: Protocol
  readonly durationMs?: number
  readonly upstreamMs?: number
  readonly bytes?: number
  readonly consumer?: string
  readonly requestId?: string
  readonly traceId?: string
  /** Words by which the gateway explained the response, e.g. Envoy's `UF`. */
  readonly flags?: readonly string[]
  readonly grpcStatus?: number
  readonly graphql?: GraphqlTold
  /** What happened to the caller, where the log tells it and the status does not. */
  readonly outcome?: Outcome
  /** Whose fault, where the log tells it. */
  readonly owner?: Owner
  /** Why, in a few words of the gateway, e.g. `upstream_reset_before_response_started`. */
  readonly detail?: string
  /** Requests that this record stands for, where the gateway logs a sample: 1 over the sampling rate. */
  readonly weight?: number
  /** An id that no other event of the source has, by which a repeated record is known. */
  readonly eventId?: string
}

/** What a log tells about a GraphQL request. */
export interface GraphqlTold {
  readonly operation?: string
  /** query, mutation or subscription. */
  readonly type?: string
  /** The `extensions.code` of each error. */
  readonly errors?: readonly string[]
  /** True where the response held data beside its errors. */
  readonly partial?: boolean
}

/** Protocols of a series. The order is stored in deltas (index): append only. */
export const PROTOCOLS = ['unknown', 'http/1.0', 'http/1.1', 'http/2', 'http/3', 'grpc', 'websocket'] as const
export type Protocol = (typeof PROTOCOLS)[number]

/** Methods of a series; anything else counts as `_OTHER` (OpenTelemetry's word). The order is stored in deltas: append only. */
export const METHODS = [
  '_OTHER',
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
  'QUERY',
  // GraphQL operations; its queries share the word of the HTTP method.
  'MUTATION',
  'SUBSCRIPTION',
] as const
export type Method = (typeof METHODS)[number]
