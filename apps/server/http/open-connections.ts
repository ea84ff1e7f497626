import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

const KNOWN = new WeakMap<Server, OpenConnections>()

/** The connections of a server, each with the newest answer under way or given on it; null before the first request. */
export class OpenConnections {
  private readonly latest = new Map<Socket, ServerResponse | null>()
  /** Those on which an answer is under way that is none of Node's. */
  private readonly busy = new Set<Socket>()

  /** Those of `server`, the same object whoever asks; must be asked for before it listens. */
  static of(server: Server): OpenConnections {
    let known = KNOWN.get(server)
    if (known === undefined) KNOWN.set(server, (known = new OpenConnections(server)))
    return known
  }

  private constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.latest.set(socket, null)
      socket.once('close', () => this.latest.delete(socket))
    })
    // First, so that the request is known before anybody answers it.
    server.prependListener('request', (request, response) => {
      if (this.latest.has(request.socket)) this.latest.set(request.socket, response)
    })
  }

  /** Tells of an answer that is none of Node's: that it is under way, or no longer. */
  answering(socket: Socket, isBusy: boolean): void {
    if (isBusy) this.busy.add(socket)
    else this.busy.delete(socket)
  }

  /** Whether the request whose bytes are still arriving has been answered: nothing more may be said on this connection. */
  answeredEarly(socket: Socket): boolean {
    const response = this.latest.get(socket)
    return response != null && !response.req.complete && response.headersSent
  }

  /**
   * Closes those on which nothing is under way: idle ones, new ones, and ones that have sent half a header. Answers leave in the
   * order of their requests, so that the newest one tells for all.
   */
  closeIdle(): void {
    for (const [socket, response] of this.latest)
      if ((response === null || response.closed) && !this.busy.has(socket)) socket.destroySoon()
  }

  /** Cuts all of them. */
  destroyAll(): void {
    for (const socket of this.latest.keys()) socket.destroy()
  }
}
