import type { Socket } from 'node:net'
import type { TlsOptions } from 'node:tls'
import type { Envelope } from '#event'
import type { PeerRules } from '#platform'
import type { DoorCounts } from '../../ingest/door-counts.js'
import type { RecordIntake } from '../../ingest/record-intake.js'
import { HushedWarning, type Warn } from '../hushed-warning.js'
import { quiet } from '../quiet.js'
import type { SocketDoor } from '../socket-door.js'
import { StreamServer } from '../stream-server.js'
import { DatagramServer } from './datagram-server.js'
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
  /** Bytes of unfinished messages that all connections together may hold; past it the one that asks for more is cut. */
  readonly heldBytes: number
}

/** What the door works with. */
export interface SyslogParts {
  readonly records: RecordIntake
  readonly peers: PeerRules
  readonly counts: DoorCounts
  readonly warn: Warn
}

const NAME = 'syslog'
/** A free port of TCP may be taken for UDP. */
const PORT_ATTEMPTS = 10

/** Syslog over UDP, TCP and TLS. Nothing of it can be acknowledged, so it counts as best effort. */
export class SyslogDoor implements SocketDoor {
  readonly name = NAME
  readonly ports: Record<string, number> = {}
  private readonly datagrams: DatagramServer
  private servers: readonly StreamServer[] = []
  /** Of unfinished messages, all connections together. */
  private heldBytes = 0
  private receivedBytes = 0
  private readonly cut: HushedWarning

  constructor(
    private readonly options: SyslogOptions,
    private readonly parts: SyslogParts,
  ) {
    this.datagrams = new DatagramServer((datagram, address) => this.receive(datagram, address), parts.warn)
    this.cut = new HushedWarning(parts.warn, 'a syslog connection was cut: too many bytes of unfinished messages')
  }

  /** Rejects where a port is taken or may not be had. */
  async open(): Promise<void> {
    const { host, port, tls } = this.options
    if (port !== null) this.ports['tcp'] = this.ports['udp'] = await this.openPort(port, host)
    if (tls !== null) this.ports['tls'] = await this.listen(tls.port, host, tls.options)
  }

  /** Datagrams that the system threw away; null where it does not say. */
  dropped(): number | null {
    return this.datagrams.dropped()
  }

  /** Takes nothing new; what has arrived is read and handed over. */
  async close(): Promise<void> {
    for (const server of this.servers) {
      server.refuse()
      server.hangUp()
    }
    await quiet(() => this.receivedBytes)
    await this.datagrams.close()
    await Promise.all(this.servers.map((server) => server.close()))
  }

  /** UDP and TCP on the same port. */
  private async openPort(port: number, host: string): Promise<number> {
    for (let attempt = 1; ; attempt++) {
      const { servers } = this
      const taken = await this.listen(port, host, null)
      try {
        await this.datagrams.bind(taken, host)
        return taken
      } catch (error) {
        const [server] = this.servers.slice(servers.length)
        await server?.close()
        this.servers = servers
        if (port !== 0 || attempt === PORT_ATTEMPTS) throw error
      }
    }
  }

  private async listen(port: number, host: string, tls: TlsOptions | null): Promise<number> {
    const { peers, counts, warn } = this.parts
    const server = new StreamServer(tls, {
      sourceOf: (address) => peers.sourceOf(address, NAME),
      serve: (socket, source) => this.serve(socket, source),
      counts,
      warn,
    })
    const taken = await server.listen(port, host)
    this.servers = [...this.servers, server]
    return taken
  }

  private receive(datagram: Buffer, address: string): void {
    const source = this.parts.peers.sourceOf(address, NAME)
    if (source === null) return this.parts.counts.answered('foreign_peer', datagram.length, null)
    this.receivedBytes += datagram.length
    this.tell(source, datagramMessage(datagram))
  }

  private serve(socket: Socket, source: string): void {
    const frames = new SyslogFrames(this.options.maxMessageBytes)
    const tell = (message: Buffer): void => this.tell(source, message)
    let held = 0
    const account = (): void => {
      this.heldBytes += frames.heldBytes - held
      held = frames.heldBytes
    }
    socket.on('data', (chunk: Buffer) => {
      this.receivedBytes += chunk.length
      frames.push(chunk, tell)
      account()
      if (held > 0 && this.heldBytes > this.options.heldBytes) this.cutOff(socket, held, source)
      else this.holdUp(socket)
    })
    socket.on('end', () => frames.end(tell))
    socket.on('close', () => {
      this.heldBytes -= held
      held = 0
    })
  }

  private cutOff(socket: Socket, held: number, source: string): void {
    this.parts.counts.answered('overloaded', held, null)
    this.cut.say({ source, heldBytes: this.heldBytes })
    socket.destroy()
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
