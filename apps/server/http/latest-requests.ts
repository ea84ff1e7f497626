import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** The newest request of every connection. */
export class LatestRequests {
  private readonly bySocket = new WeakMap<Socket, { request: IncomingMessage; response: ServerResponse }>()

  constructor(server: Server) {
    // First, so that it knows the request before anybody answers it.
    server.prependListener('request', (request, response) => this.bySocket.set(request.socket, { request, response }))
  }

  /** Whether the request whose bytes are still arriving has been answered: nothing more may be said on this connection. */
  answeredEarly(socket: Socket): boolean {
    const latest = this.bySocket.get(socket)
    return latest !== undefined && !latest.request.complete && latest.response.headersSent
  }
}
