import { graphqlOutcome, grpcStatus, type Outcome, type Owner } from '#catalog'
import type { HttpEvent } from './http-event.js'
import { labelOf } from './label.js'

/** What a record itself says about its outcome, whatever its status; what is undefined the status decides. */
export interface Verdict {
  readonly outcome?: Outcome | undefined
  readonly owner?: Owner | undefined
  /** Why, with the words of the gateway behind it: `INTERNAL_SERVER_ERROR, as 500`. */
  readonly detail?: string | undefined
}

/** Envoy's word for a client that left before the response was complete. */
const CLIENT_LEFT = 'DC'
/** GraphQL over HTTP: data and errors (docs/formats.md). */
const PARTIAL_SUCCESS = 294

/**
 * The verdict of what the layout concluded, else of a record's flags, gRPC status or GraphQL errors. gRPC and GraphQL speak
 * only where HTTP reports success: a 502 of the gateway stays one.
 */
export function verdictOf(event: HttpEvent): Verdict {
  const found = byProtocol(event)
  return {
    outcome: event.outcome ?? found?.outcome,
    // Where the protocol does not know whose fault it was, what the gateway says of its upstream may.
    owner: event.owner ?? (found?.owner === 'unknown' ? undefined : found?.owner),
    detail: found?.detail === undefined ? event.detail : labelOf([found.detail, event.detail ?? []].flat().join(': ')),
  }
}

function byProtocol(event: HttpEvent): Verdict | null {
  if (event.flags?.includes(CLIENT_LEFT)) return { outcome: 'client_closed', owner: 'client' }
  if (event.status === null || event.status < 200 || event.status > 299) return null
  const grpc = event.grpcStatus === undefined ? undefined : grpcStatus(event.grpcStatus)
  if (grpc !== undefined && grpc.outcome !== 'success') return { ...grpc, detail: `${grpc.name}, as ${grpc.httpCode}` }
  return byGraphql(event)
}

/** Data beside errors is a partial success: the caller got something, and the detail says what is missing. */
function byGraphql({ status, graphql }: HttpEvent): Verdict | null {
  const found = graphqlOutcome(graphql?.errors ?? [])
  if (found === null) return null
  const detail = `${found.code}, as ${found.httpCode}`
  const isPartial = graphql?.partial === true || status === PARTIAL_SUCCESS
  return isPartial ? { detail: `partial: ${detail}` } : { ...found, detail }
}
