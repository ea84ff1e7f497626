import { graphqlOutcome, grpcStatus, OUTCOME_INDEX, OWNER_INDEX, type Outcome, type Owner } from '#catalog'
import type { HttpEvent } from './http-event.js'

/** What a record itself says about its outcome, whatever its status. */
export interface Verdict {
  readonly outcome: Outcome
  readonly owner: Owner
}

/** Envoy's word for a client that left before the response was complete. */
const CLIENT_LEFT = 'DC'

/**
 * The verdict of a record's flags, gRPC status or GraphQL errors; null where the HTTP status decides. gRPC and GraphQL
 * speak only where HTTP reports success: a 502 of the gateway stays one.
 */
export function verdictOf(event: HttpEvent): Verdict | null {
  if (event.flags?.includes(CLIENT_LEFT)) return { outcome: 'client_closed', owner: 'client' }
  if (event.status === null || event.status < 200 || event.status > 299) return null
  const grpc = event.grpcStatus === undefined ? undefined : grpcStatus(event.grpcStatus)
  if (grpc !== undefined && grpc.outcome !== 'success') return grpc
  return graphqlOutcome(event.graphql?.errors ?? [])
}

/** Index into OUTCOMES; -1: by status. */
export function outcomeIndexOf(verdict: Verdict | null): number {
  return verdict === null ? -1 : OUTCOME_INDEX[verdict.outcome]
}

/** Index into OWNERS; -1: by the rule. */
export function ownerIndexOf(verdict: Verdict | null): number {
  return verdict === null ? -1 : OWNER_INDEX[verdict.owner]
}
