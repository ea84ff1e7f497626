import { randomUUID } from 'node:crypto'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { decodeMultiStream, encode } from '@msgpack/msgpack'
import type { PeerRules } from '#platform'
import type { DoorCounts } from '../../ingest/door-counts.js'
import type { InFlight } from '../../ingest/in-flight.js'
import type { Intake, IntakeResult } from '../../ingest/intake.js'
import type { SocketDoor } from '../socket-door.js'
import { MeteredBytes } from './metered-bytes.js'
import { DECODING, forwardMessage, type ForwardMessage } from './forward-message.js'
import { SharedKeyHandshake } from './shared-key.js'

/** Where the door listens and whom it lets in. */
export interface ForwardOptions {
  readonly host: string
  /** 0 takes any free one. */
  readonly port: number
  /** Null: senders are known by their address alone. */
  readonly sharedKey: string | null
  /** Most bytes of one message. */
  readonly messageBytes: number
}

/** What the door works with. */
export interface ForwardParts {
  readonly intake: Intake
  readonly inFlight: InFlight
  readonly peers: PeerRules
  readonly counts: DoorCounts
  /** Told of connections that fail, in words. */
  readonly warn: (fields: object, message: string) => void
  /** Waits between attempts to count what nobody would send again. */
  readonly retryMs?: number
}

const NAME = 'forward'
const IDLE_MS = 600_000
const MAX_CONNECTIONS = 10_000

/**
 * Fluentd's forward protocol. A chunk with an id is acknowledged once it is durable and counts once, however often it is sent;
 * of others nobody can know whether they arrived, so they wait here until they are counted.
 */
export class ForwardDoor implements SocketDoor {
  readonly name = NAME
  readonly ports: Record<string, number> = {}
  private readonly server = createServer((socket) => void this.serve(socket))
  private readonly connections = new Set<Socket>()
  private closing = false

  constructor(
    private readonly options: ForwardOptions,
    private readonly parts: ForwardParts,
  ) {}

  async open(): Promise<void> {
    this.server.maxConnections = MAX_CONNECTIONS
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject)
      this.server.listen(this.options.port, this.options.host, () => resolve())
    })
    this.ports['tcp'] = (this.server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    this.closing = true
    const closed = new Promise((resolve) => this.server.close(resolve))
    for (const connection of this.connections) connection.destroy()
    await closed
  }

  private async serve(socket: Socket): Promise<void> {
    const { sharedKey } = this.options
    const known = this.parts.peers.sourceOf(socket.remoteAddress ?? '', NAME)
    const source = known ?? (sharedKey === null ? null : NAME)
    socket.on('error', () => undefined)
    if (source === null) {
      this.parts.counts.answered('foreign_peer', 0, null)
      return void socket.destroy()
    }
    this.connections.add(socket)
    socket.on('close', () => this.connections.delete(socket))
    socket.setTimeout(IDLE_MS, () => socket.destroy())
    try {
      await this.converse(socket, source)
    } catch (error) {
      if (!this.closing && !socket.destroyed) this.parts.warn({ err: error, source }, 'a forward connection failed')
    } finally {
      socket.end()
    }
  }

  private async converse(socket: Socket, source: string): Promise<void> {
    const bytes = new MeteredBytes(socket, this.options.messageBytes, this.parts.inFlight)
    try {
      const messages = decodeMultiStream(bytes, DECODING)
      if (this.options.sharedKey !== null && !(await this.isTrusted(socket, messages, this.options.sharedKey))) return
      for await (const value of messages) {
        const message = forwardMessage(value)
        if (message !== null && !(await this.count(socket, source, message, bytes.sizeOfMessage))) return
        bytes.beginMessage()
      }
    } finally {
      bytes.beginMessage()
    }
  }

  private async isTrusted(socket: Socket, messages: AsyncGenerator, key: string): Promise<boolean> {
    const handshake = new SharedKeyHandshake(key)
    socket.write(encode(handshake.helo))
    const ping = await messages.next()
    if (ping.done === true) return false
    const pong = handshake.answer(ping.value)
    socket.write(encode(pong))
    if (!pong[1]) this.parts.counts.answered('unauthenticated', 0, null)
    return pong[1]
  }

  /** False: the connection is of no use any more, and the sender has to send again over another. */
  private async count(socket: Socket, source: string, message: ForwardMessage, size: number): Promise<boolean> {
    const startedMs = performance.now()
    for (;;) {
      const result = await this.take(source, message)
      if (result.result === 'counted') {
        this.parts.counts.answered('accepted', size, (performance.now() - startedMs) / 1_000)
        if (message.chunk !== null && !socket.destroyed) socket.write(encode({ ack: message.chunk }))
        return true
      }
      if (result.result === 'refused') this.parts.counts.answered(result.refusal.code, size, null)
      if (message.chunk !== null || this.closing) return false
      await new Promise((resolve) => setTimeout(resolve, this.parts.retryMs ?? 500))
    }
  }

  private take(source: string, { chunk, entries }: ForwardMessage): Promise<IntakeResult> {
    return this.parts.intake.takeWhole(
      {
        keyId: '',
        batch: { source, format: null, idempotencyKey: null, file: null, replayed: false },
        exchange: {
          // What has no id of its own never comes again.
          batchId: chunk ?? randomUUID(),
          unpack: (_body, take) => {
            for (const { record, envelope } of entries) take(record, envelope)
          },
        },
      },
      Buffer.alloc(0),
    )
  }
}
