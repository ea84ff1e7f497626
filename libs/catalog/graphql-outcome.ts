import type { Outcome, Owner } from './vocabulary.js'

/** What the error codes of a GraphQL response say about the request, whatever its HTTP status. */
export interface GraphqlOutcome {
  readonly outcome: Extract<Outcome, 'server_error' | 'throttled' | 'client_error'>
  readonly owner: Owner
  /** The error code that decided. */
  readonly code: string
}

/** Steps of persisted queries: the client sends the whole query next, nothing has failed. */
const HANDSHAKE: ReadonlySet<string> = new Set(['PERSISTED_QUERY_NOT_FOUND', 'PERSISTED_QUERY_NOT_SUPPORTED'])

/** Failures of a service behind the gateway. */
const UPSTREAM: ReadonlySet<string> = new Set([
  'SUBREQUEST_HTTP_ERROR',
  'CONNECTOR_FETCH',
  'HTTP_CLIENT_ERROR',
  'GATEWAY_TIMEOUT',
  'RESPONSE_VALIDATION_FAILED',
  'DOWNSTREAM_SERVICE_ERROR',
])

/** Failures of the GraphQL server, which may itself be the upstream of the gateway that logged. */
const SERVER: ReadonlySet<string> = new Set([
  'INTERNAL_SERVER_ERROR',
  'INTERNAL_ERROR',
  'INTERNAL',
  'UNKNOWN',
  'UNAVAILABLE',
  'SERVICE_UNAVAILABLE',
  'BAD_GATEWAY',
  'TIMEOUT',
  'DEADLINE_EXCEEDED',
])

const THROTTLED: ReadonlySet<string> = new Set([
  'REQUEST_LIMIT_EXCEEDED',
  'REQUEST_RATE_LIMITED',
  'RATE_LIMITED',
  'RATE_LIMIT_EXCEEDED',
  'TOO_MANY_REQUESTS',
  'THROTTLED',
  'RESOURCE_EXHAUSTED',
])

/** The higher, the more it says about the health of a service: the worst code of a response decides. */
const SEVERITY = { client_error: 1, throttled: 2, server_error: 3 } as const

/**
 * The outcome that a response's error codes stand for, or null when none of them is a failure. A code that is not
 * known counts as client_error: servers give INTERNAL_SERVER_ERROR to every error without a code, so a code of its
 * own was chosen on purpose and is nearly always a refusal (OUT_OF_STOCK) and not a broken server.
 */
export function graphqlOutcome(codes: readonly string[]): GraphqlOutcome | null {
  let worst: GraphqlOutcome | null = null
  for (const code of codes) {
    if (HANDSHAKE.has(code)) continue
    const found = outcomeOfCode(code)
    if (worst === null || SEVERITY[found.outcome] > SEVERITY[worst.outcome]) worst = found
  }
  return worst
}

function outcomeOfCode(code: string): GraphqlOutcome {
  if (UPSTREAM.has(code)) return { outcome: 'server_error', owner: 'upstream', code }
  if (SERVER.has(code)) return { outcome: 'server_error', owner: 'unknown', code }
  if (THROTTLED.has(code)) return { outcome: 'throttled', owner: 'client', code }
  return { outcome: 'client_error', owner: 'client', code }
}
