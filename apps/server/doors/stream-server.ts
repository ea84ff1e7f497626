import { createServer, type AddressInfo, type Socket } from 'node:net'
import { createServer as createTlsServer, type Server as TlsServer, type TlsOptions } from 'node:tls'
import type { DoorCounts } from '../ingest/door-counts.js'
import { HushedWarning, type Warn } from './hushed-warning.js'

/** What a server of connections works with. */
export interface StreamServerParts {
  /** The source of a sender by its address; null: it is not let in. */
  readonly sourceOf: (address: string) => string | null
  /** Takes a connection of a sender that is let in. */
  readonly serve: (socket: Socket, source: string) => void
  readonly counts: DoorCounts
  readonly warn: Warn
}

/** A connection without a byte for so long is closed. */
const IDLE_MS = 600_000
const HANDSHAKE_MS = 30_000
const MAX_CONNECTIONS = 10_000

/** Listens for connections, plain or under TLS, and turns strangers away before they can say a word. */
export class StreamServer {
  private readonly server = createServer((socket) => this.admit(socket))
  private readonly connections = new Set<Socket>()
  /** Those that are past their handshake. */
  private readonly served = new Set<Socket>()
  private readonly tls: TlsServer | null
  private readonly failedHandshake: HushedWarning

  /** `tls` null: plain. */
  constructor(
    tls: TlsOptions | null,
    private readonly parts: StreamServerParts,
  ) {
    this.server.maxConnections = MAX_CONNECTIONS
    this.failedHandshake = new HushedWarning(parts.warn, 'a TLS handshake failed')
    this.tls = tls === null ? null : this.createTls(tls)
  }

  /** Resolves with the port; rejects where it is taken or may not be had. */
  async listen(port: number, host: string): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject)
      this.server.listen(port, host, () => resolve())
    })
    return (this.server.address() as AddressInfo).port
  }

  /** Lets nobody in any more. */
  refuse(): void {
    this.server.close()
  }

  /** Tells those who are in that nothing will be said to them any more; they may go on talking. */
  hangUp(): void {
    for (const connection of this.served) connection.end()
  }

  /** Cuts the connections that are left. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve))
    for (const connection of [...this.served, ...this.connections]) connection.destroy()
    await closed
  }

  private createTls(options: TlsOptions): TlsServer {
    const tls = createTlsServer({ ...options, handshakeTimeout: HANDSHAKE_MS })
    tls.on('secureConnection', (socket) => this.serve(socket))
    tls.on('tlsClientError', (error) => {
      this.parts.counts.answered('failed_handshake', 0, null)
      this.failedHandshake.say({ err: error })
    })
    return tls
  }

  private admit(socket: Socket): void {
    socket.on('error', () => undefined)
    if (this.parts.sourceOf(socket.remoteAddress ?? '') === null) {
      this.parts.counts.answered('foreign_peer', 0, null)
      return void socket.destroy()
    }
    this.connections.add(socket)
    socket.on('close', () => this.connections.delete(socket))
    if (this.tls === null) this.serve(socket)
    else this.tls.emit('connection', socket)
  }

  private serve(socket: Socket): void {
    socket.on('error', () => undefined)
    const source = this.parts.sourceOf(socket.remoteAddress ?? '')
    if (source === null) return void socket.destroy()
    this.served.add(socket)
    socket.on('close', () => this.served.delete(socket))
    socket.setTimeout(IDLE_MS, () => socket.destroy())
    this.parts.serve(socket, source)
  }
}
