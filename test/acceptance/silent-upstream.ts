import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** An upstream on loopback that takes every request, answers none, and tells which ones it has. */
export class SilentUpstream {
  private readonly sockets = new Set<Socket>()
  private readonly awaited = new Map<string, () => void>()

  private constructor(private readonly server: Server) {
    server.on('connection', (socket) => this.take(socket))
  }

  static async start(): Promise<SilentUpstream> {
    const server = createServer()
    const upstream = new SilentUpstream(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return upstream
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  /** Resolves when a request for this path has come in; ask before it is sent. */
  received(path: string): Promise<void> {
    return new Promise((resolve) => this.awaited.set(path, resolve))
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    this.server.close()
    await once(this.server, 'close')
  }

  private take(socket: Socket): void {
    this.sockets.add(socket)
    let head = ''
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => {
      head += chunk
      const path = /^\S+ (\S+) /.exec(head)?.[1] ?? ''
      this.awaited.get(path)?.()
      this.awaited.delete(path)
    })
    socket.on('error', () => undefined)
    socket.on('close', () => this.sockets.delete(socket))
  }
}
