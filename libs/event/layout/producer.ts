import type { Owner } from '#catalog'
import type { HttpEvent } from '../http-event.js'

/**
 * The event of a log that tells who produced the response. Only a server error is anybody's fault but the client's, so all
 * other events stay as they are.
 */
export function producedBy(owner: Owner, event: HttpEvent): HttpEvent {
  return event.status !== null && event.status >= 500 && event.status <= 599 ? { ...event, owner } : event
}

/** The event of a client that left before the response was complete. */
export function leftByClient(event: HttpEvent): HttpEvent {
  return { ...event, outcome: 'client_closed', owner: 'client' }
}
