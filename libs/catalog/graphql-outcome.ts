import { ownerByOutcome } from './status-code.js'
import type { Outcome, Owner } from './vocabulary.js'

/** What the error codes of a GraphQL response say about the request, whatever its HTTP status. */
export interface GraphqlOutcome {
  readonly outcome: Extract<Outcome, 'server_error' | 'throttled' | 'client_error'>
  readonly owner: Owner
  /** The error code that decided. */
  readonly code: string
  /** The documented HTTP code that says nearly the same. */
  readonly httpCode: number
}

/** Steps of persisted queries: the client sends the whole query next, nothing has failed. */
const HANDSHAKE: ReadonlySet<string> = new Set([
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'PersistedQueryNotFound',
  'PersistedQueryNotSupported',
])

/** What an error without a code is taken for. */
export const UNCODED_GRAPHQL_ERROR = 'UNKNOWN'

/**
 * Known codes by the documented HTTP code that says nearly the same: what Apollo Server answers where it answers with a
 * status, else by meaning.
 */
const BY_HTTP_CODE: Readonly<Record<number, string>> = {
  400:
    'GRAPHQL_PARSE_FAILED GRAPHQL_VALIDATION_FAILED OPERATION_RESOLUTION_FAILURE BAD_REQUEST BAD_USER_INPUT ' +
    'INTROSPECTION_DISABLED MAX_RECURSIVE_SELECTIONS_EXCEEDED PARSING_ERROR VALIDATION_INVALID_TYPE_VARIABLE ' +
    'GRAPHQL_UNKNOWN_OPERATION_NAME MAX_DEPTH_LIMIT MAX_HEIGHT_LIMIT MAX_ALIASES_LIMIT MAX_ROOT_FIELDS_LIMIT ' +
    'QUERY_NOT_IN_SAFELIST PERSISTED_QUERY_ID_REQUIRED COST_ESTIMATED_TOO_EXPENSIVE COST_ACTUAL_TOO_EXPENSIVE ' +
    'INVALID_ARGUMENT FAILED_PRECONDITION OUT_OF_RANGE',
  401: 'UNAUTHENTICATED UNAUTHORIZED',
  403: 'FORBIDDEN UNAUTHORIZED_FIELD_OR_TYPE PERMISSION_DENIED',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  409: 'CONFLICT ALREADY_EXISTS ABORTED',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  422: 'UNPROCESSABLE_ENTITY',
  429:
    'REQUEST_LIMIT_EXCEEDED REQUEST_RATE_LIMITED RATE_LIMITED RATE_LIMIT_EXCEEDED TOO_MANY_REQUESTS THROTTLED ' +
    'RESOURCE_EXHAUSTED',
  500: 'INTERNAL_SERVER_ERROR INTERNAL_ERROR INTERNAL UNKNOWN DATA_LOSS',
  501: 'NOT_IMPLEMENTED UNIMPLEMENTED',
  502:
    'SUBREQUEST_HTTP_ERROR SUBREQUEST_MALFORMED_RESPONSE CONNECTOR_FETCH HTTP_CLIENT_ERROR RESPONSE_VALIDATION_FAILED ' +
    'DOWNSTREAM_SERVICE_ERROR BAD_GATEWAY',
  503: 'UNAVAILABLE SERVICE_UNAVAILABLE',
  504: 'GATEWAY_TIMEOUT TIMEOUT DEADLINE_EXCEEDED',
}

const HTTP_CODES: ReadonlyMap<string, number> = new Map(
  Object.entries(BY_HTTP_CODE).flatMap(([code, words]) => words.split(' ').map((word) => [word, Number(code)])),
)

/** Failures of a service behind the gateway. Others are the GraphQL server's, which may itself be the upstream. */
const UPSTREAM: ReadonlySet<string> = new Set([
  'SUBREQUEST_HTTP_ERROR',
  'SUBREQUEST_MALFORMED_RESPONSE',
  'CONNECTOR_FETCH',
  'HTTP_CLIENT_ERROR',
  'GATEWAY_TIMEOUT',
  'RESPONSE_VALIDATION_FAILED',
  'DOWNSTREAM_SERVICE_ERROR',
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

/** What one known error code stands for; 200 of the handshake included, undefined for a code that is not known. */
export function graphqlCode(code: string): { readonly httpCode: number; readonly outcome: Outcome } | undefined {
  if (HANDSHAKE.has(code)) return { httpCode: 200, outcome: 'success' }
  return HTTP_CODES.has(code) ? outcomeOfCode(code) : undefined
}

function outcomeOfCode(code: string): GraphqlOutcome {
  const httpCode = HTTP_CODES.get(code) ?? 400
  const outcome = httpCode === 429 ? 'throttled' : httpCode >= 500 ? 'server_error' : 'client_error'
  return { outcome, owner: UPSTREAM.has(code) ? 'upstream' : ownerByOutcome(outcome), code, httpCode }
}
