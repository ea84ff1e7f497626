import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** The connections of a server, with the number of requests under way on each. */
export class OpenConnections {
  private readonly underWay = new Map<Socket, number>()

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.underWay.set(socket, 0)
      socket.once('close', () => this.underWay.delete(socket))
    })
    server.prependListener('request', ({ socket }, response) => {
      this.add(socket, 1)
      response.once('close', () => this.add(socket, -1))
    })
  }

  /** Closes those on which nothing is under way: idle ones, new ones, and ones that have sent half a header. */
  closeIdle(): void {
    for (const [socket, requests] of this.underWay) if (requests === 0) socket.destroySoon()
  }

  private add(socket: Socket, requests: number): void {
    const before = this.underWay.get(socket)
    if (before !== undefined) this.underWay.set(socket, before + requests)
  }
}
