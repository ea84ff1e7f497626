import { graphqlOutcome, grpcStatus, type Outcome, type Owner } from '#catalog'
import type { HttpEvent } from './http-event.js'

/** What a record itself says about its outcome, whatever its status; what is undefined the status decides. */
export interface Verdict {
  readonly outcome?: Outcome | undefined
  readonly owner?: Owner | undefined
}

/** Envoy's word for a client that left before the response was complete. */
const CLIENT_LEFT = 'DC'

/**
 * The verdict of what the layout concluded, else of a record's flags, gRPC status or GraphQL errors. gRPC and GraphQL speak
 * only where HTTP reports success: a 502 of the gateway stays one.
 */
export function verdictOf(event: HttpEvent): Verdict {
  const found = byProtocol(event)
  return { outcome: event.outcome ?? found?.outcome, owner: event.owner ?? found?.owner }
}

function byProtocol(event: HttpEvent): Verdict | null {
  if (event.flags?.includes(CLIENT_LEFT)) return { outcome: 'client_closed', owner: 'client' }
  if (event.status === null || event.status < 200 || event.status > 299) return null
  const grpc = event.grpcStatus === undefined ? undefined : grpcStatus(event.grpcStatus)
  if (grpc !== undefined && grpc.outcome !== 'success') return grpc
  return event.graphql?.partial === true ? null : graphqlOutcome(event.graphql?.errors ?? [])
}
