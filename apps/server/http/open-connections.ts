import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

const KNOWN = new WeakMap<Server, OpenConnections>()

/** What is said on a connection. */
interface Talk {
  /** The newest answer under way or given; null before the first request. */
  response: ServerResponse | null
  /** An answer is under way that is none of Node's. */
  isBusy: boolean
}

/** The connections of a server. */
export class OpenConnections {
  private readonly talks = new Map<Socket, Talk>()

  /** Those of `server`, the same object whoever asks; must be asked for before it listens. */
  static of(server: Server): OpenConnections {
    let known = KNOWN.get(server)
    if (known === undefined) KNOWN.set(server, (known = new OpenConnections(server)))
    return known
  }

  private constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.talks.set(socket, { response: null, isBusy: false })
      socket.once('close', () => this.talks.delete(socket))
    })
    // First, so that the request is known before anybody answers it.
    server.prependListener('request', (request, response) => {
      const talk = this.talks.get(request.socket)
      if (talk !== undefined) talk.response = response
    })
  }

  /** Tells of an answer that is none of Node's: that it is under way, or no longer. */
  answering(socket: Socket, isBusy: boolean): void {
    const talk = this.talks.get(socket)
    if (talk !== undefined) talk.isBusy = isBusy
  }

  /** Whether the request whose bytes are still arriving has been answered: nothing more may be said on this connection. */
  answeredEarly(socket: Socket): boolean {
    const response = this.talks.get(socket)?.response
    return response != null && !response.req.complete && response.headersSent
  }

  /**
   * Closes those on which nothing is under way: idle ones, new ones, and ones that have sent half a header. Answers leave in the
   * order of their requests, so that the newest one tells for all.
   */
  closeIdle(): void {
    for (const [socket, { response, isBusy }] of this.talks)
      if ((response === null || response.closed) && !isBusy) socket.destroySoon()
  }

  /** Cuts all of them. */
  destroyAll(): void {
    for (const socket of this.talks.keys()) socket.destroy()
  }
}
