import { createSocket, type Socket as DatagramSocket } from 'node:dgram'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'
import type { Envelope } from '#event'
import type { DoorCounts } from '../../ingest/door-counts.js'
import type { RecordIntake } from '../../ingest/record-intake.js'
import type { PeerRules } from '#platform'
import type { SocketDoor } from '../socket-door.js'
import { datagramMessage, SyslogFrames } from './syslog-frames.js'
import { readSyslog } from './syslog-message.js'

/** Where the door listens. */
export interface SyslogOptions {
  readonly host: string
  /** UDP and TCP; null: neither. 0 takes any free one. */
  readonly port: number | null
  /** TCP under TLS (RFC 5425); null: not at all. */
  readonly tls: { readonly port: number; readonly options: TlsOptions } | null
  /** Longest message; what is longer keeps its head. */
  readonly maxMessageBytes: number
}

/** What the door works with. */
export interface SyslogParts {
  readonly records: RecordIntake
  readonly peers: PeerRules
  readonly counts: DoorCounts
  /** Told of connections that fail, in words. */
  readonly warn: (fields: object, message: string) => void
}

const NAME = 'syslog'
/** A connection without a byte for so long is closed. */
const IDLE_MS = 600_000
const MAX_CONNECTIONS = 10_000
/** Bursts of datagrams wait here while the process is busy; the system may allow less. */
const RECEIVE_BUFFER_BYTES = 8 * 1024 * 1024

/** Syslog over UDP, TCP and TLS. Nothing of it can be acknowledged, so it counts as best effort. */
export class SyslogDoor implements SocketDoor {
  readonly name = NAME
  readonly ports: Record<string, number> = {}
  private datagrams: DatagramSocket | null = null
  private readonly servers: Server[] = []
  private readonly connections = new Set<Socket>()

  constructor(
    private readonly options: SyslogOptions,
    private readonly parts: SyslogParts,
  ) {}

  /** Rejects where a port is taken or may not be had. */
  async open(): Promise<void> {
    const { host, port, tls } = this.options
    if (port !== null) {
      this.ports['tcp'] = await this.listen(createServer(), port)
      this.ports['udp'] = await this.bind(host, this.ports['tcp'])
    }
    if (tls !== null) this.ports['tls'] = await this.listen(createTlsServer(tls.options), tls.port, 'secureConnection')
  }

  /** Takes nothing more; what was received is handed over already. */
  async close(): Promise<void> {
    const datagrams = this.datagrams
    this.datagrams = null
    if (datagrams !== null) await new Promise<void>((resolve) => datagrams.close(() => resolve()))
    const closed = this.servers.map((server) => new Promise((resolve) => server.close(resolve)))
    for (const connection of this.connections) connection.destroy()
    await Promise.all(closed)
  }

  private async listen(server: Server, port: number, event: 'connection' | 'secureConnection' = 'connection') {
    server.maxConnections = MAX_CONNECTIONS
    server.on(event, (socket: Socket) => this.accept(socket))
    server.on('tlsClientError', (error: Error) => this.parts.warn({ err: error }, 'a TLS handshake of syslog failed'))
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, this.options.host, () => resolve())
    })
    this.servers.push(server)
    return (server.address() as AddressInfo).port
  }

  private async bind(host: string, port: number): Promise<number> {
    const socket = createSocket({
      type: host.includes(':') ? 'udp6' : 'udp4',
      recvBufferSize: RECEIVE_BUFFER_BYTES,
    })
    socket.on('message', (datagram, { address }) => this.receive(datagram, address))
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.bind(port, host, () => resolve())
    })
    socket.on('error', (error) => this.parts.warn({ err: error }, 'the syslog socket failed'))
    this.datagrams = socket
    return port
  }

  private receive(datagram: Buffer, address: string): void {
    const source = this.parts.peers.sourceOf(address, NAME)
    if (source === null) return this.parts.counts.answered('foreign_peer', datagram.length, null)
    this.tell(source, datagramMessage(datagram))
  }

  private accept(socket: Socket): void {
    const source = this.parts.peers.sourceOf(socket.remoteAddress ?? '', NAME)
    if (source === null) {
      this.parts.counts.answered('foreign_peer', 0, null)
      return void socket.destroy()
    }
    this.connections.add(socket)
    const frames = new SyslogFrames(this.options.maxMessageBytes)
    const tell = (message: Buffer): void => this.tell(source, message)
    socket.setTimeout(IDLE_MS, () => socket.destroy())
    socket.on('data', (chunk) => {
      frames.push(chunk, tell)
      this.holdUp(socket)
    })
    socket.on('end', () => frames.end(tell))
    socket.on('error', () => undefined)
    socket.on('close', () => this.connections.delete(socket))
  }

  /** A sender over TCP waits while too much is on its way to the database; one over UDP cannot. */
  private holdUp(socket: Socket): void {
    if (!this.parts.records.isCrowded || socket.isPaused()) return
    socket.pause()
    void this.parts.records.room().then(() => socket.resume())
  }

  private tell(source: string, message: Buffer): void {
    if (message.length === 0) return
    const { from, tsMs, host } = readSyslog(message)
    const envelope: Envelope = { ...(tsMs !== undefined && { tsMs }), ...(host !== undefined && { gateway: host }) }
    this.parts.counts.answered('accepted', message.length, null)
    this.parts.records.take(source, message.subarray(from), envelope)
  }
}
