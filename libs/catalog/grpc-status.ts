import { ownerByOutcome } from './status-code.js'
import type { Outcome, Owner } from './vocabulary.js'

/** What a gRPC status says about a call; HTTP is 200 even when the call failed. */
export interface GrpcStatus {
  readonly code: number
  readonly name: string
  /** The canonical HTTP equivalent. */
  readonly httpCode: number
  readonly outcome: Outcome
  readonly owner: Owner
}

/**
 * Server-side failures are set by the service that answered, so they are the upstream's, except UNAVAILABLE, which
 * proxies and client libraries also write when they could not connect.
 */
const ROWS: readonly (readonly [string, number, Outcome, Owner?])[] = [
  ['OK', 200, 'success'],
  ['CANCELLED', 499, 'client_closed'],
  ['UNKNOWN', 500, 'server_error', 'upstream'],
  ['INVALID_ARGUMENT', 400, 'client_error'],
  ['DEADLINE_EXCEEDED', 504, 'server_error', 'upstream'],
  ['NOT_FOUND', 404, 'client_error'],
  ['ALREADY_EXISTS', 409, 'client_error'],
  ['PERMISSION_DENIED', 403, 'client_error'],
  ['RESOURCE_EXHAUSTED', 429, 'throttled'],
  ['FAILED_PRECONDITION', 400, 'client_error'],
  ['ABORTED', 409, 'client_error'],
  ['OUT_OF_RANGE', 400, 'client_error'],
  ['UNIMPLEMENTED', 501, 'server_error', 'upstream'],
  ['INTERNAL', 500, 'server_error', 'upstream'],
  ['UNAVAILABLE', 503, 'server_error'],
  ['DATA_LOSS', 500, 'server_error', 'upstream'],
  ['UNAUTHENTICATED', 401, 'client_error'],
]

/** The gRPC statuses 0-16, by code. */
export const grpcStatuses: readonly GrpcStatus[] = Object.freeze(
  ROWS.map(([name, httpCode, outcome, owner], code) =>
    Object.freeze({ code, name, httpCode, outcome, owner: owner ?? ownerByOutcome(outcome) }),
  ),
)

const UNKNOWN = 2

/** The meaning of a gRPC status; integers above 16 mean UNKNOWN, as gRPC asks; undefined for anything else. */
export function grpcStatus(code: number): GrpcStatus | undefined {
  if (!Number.isInteger(code) || code < 0) return undefined
  return grpcStatuses[code] ?? grpcStatuses[UNKNOWN]
}

/** The status of a name in upper case (`UNAVAILABLE`); undefined for any other word. */
export function grpcStatusNamed(name: string): GrpcStatus | undefined {
  // Many clients spell it with one L.
  const known = name === 'CANCELED' ? 'CANCELLED' : name
  return grpcStatuses.find((status) => status.name === known)
}
