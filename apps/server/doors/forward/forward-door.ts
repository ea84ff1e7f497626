import { hash, randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { encode } from '@msgpack/msgpack'
import type { PeerRules } from '#platform'
import type { DoorCounts } from '../../ingest/door-counts.js'
import type { InFlight } from '../../ingest/in-flight.js'
import type { Intake, IntakeResult } from '../../ingest/intake.js'
import type { TakePart } from '../../ingest/open-body.js'
import { HushedWarning, type Warn } from '../hushed-warning.js'
import { quiet } from '../quiet.js'
import type { SocketDoor } from '../socket-door.js'
import { StreamServer } from '../stream-server.js'
import { forwardMessage, type ForwardMessage } from './forward-message.js'
import { MessageFrames } from './message-frames.js'
import { MeteredBytes } from './metered-bytes.js'
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
  readonly warn: Warn
  /** Waits between attempts to count what nobody would send again. */
  readonly retryMs?: number
}

const NAME = 'forward'
/** Most bytes of a sender that has not proved yet that it knows the key. */
const HANDSHAKE_BYTES = 16 * 1024
const RETRY_MS = 500
const FINISH_MS = 10_000

/**
 * Fluentd's forward protocol. A chunk with an id is acknowledged once it is durable and counts once, however often it is sent;
 * of others nobody can know whether they arrived, so they wait here until they are counted.
 */
export class ForwardDoor implements SocketDoor {
  readonly name = NAME
  readonly ports: Record<string, number> = {}
  private readonly server: StreamServer
  private readonly talks = new Set<Promise<void>>()
  private readonly failed: HushedWarning
  private readonly stop = new AbortController()
  private receivedBytes = 0
  /** Messages that are being counted. */
  private counting = 0

  constructor(
    private readonly options: ForwardOptions,
    private readonly parts: ForwardParts,
  ) {
    const { peers, counts, warn } = parts
    const stranger = options.sharedKey === null ? null : NAME
    const sourceOf = (address: string): string | null => peers.sourceOf(address, NAME) ?? stranger
    const serve = (socket: Socket, source: string): void => this.serve(socket, source)
    this.failed = new HushedWarning(warn, 'a forward connection failed')
    this.server = new StreamServer(null, { sourceOf, serve, counts, warn })
  }

  async open(): Promise<void> {
    this.ports['tcp'] = await this.server.listen(this.options.port, this.options.host)
  }

  async close(): Promise<void> {
    this.server.refuse()
    await quiet(() => `${this.receivedBytes} ${this.counting}`)
    const over = pause(FINISH_MS, undefined, { ref: false }).then(() => this.stop.abort())
    await this.server.close()
    await Promise.race([Promise.all(this.talks), over])
    this.stop.abort()
  }

  private serve(socket: Socket, source: string): void {
    const talk = this.talk(socket, source).finally(() => this.talks.delete(talk))
    this.talks.add(talk)
  }

  /** Never rejects. */
  private async talk(socket: Socket, source: string): Promise<void> {
    try {
      await this.converse(socket, source)
    } catch (error) {
      if (!isFaultOfNetwork(error)) {
        this.parts.counts.answered('unreadable_body', 0, null)
        this.failed.say({ err: error, source })
      }
    } finally {
      socket.end()
    }
  }

  private async converse(socket: Socket, source: string): Promise<void> {
    const { sharedKey, messageBytes } = this.options
    const limit = sharedKey === null ? messageBytes : HANDSHAKE_BYTES
    const bytes = new MeteredBytes(socket, limit, this.parts.inFlight, (count) => (this.receivedBytes += count))
    try {
      const messages = framesOf(bytes)
      if (sharedKey !== null && !(await this.isTrusted(socket, messages, sharedKey))) return
      bytes.beginMessage(messageBytes)
      for await (const value of messages) {
        if (!isNil(value) && !(await this.hear(socket, source, value, bytes.sizeOfMessage))) return
        bytes.beginMessage(messageBytes)
      }
    } finally {
      bytes.beginMessage(messageBytes)
    }
  }

  private async isTrusted(socket: Socket, messages: AsyncGenerator<Buffer>, key: string): Promise<boolean> {
    const handshake = new SharedKeyHandshake(key)
    socket.write(encode(handshake.helo))
    const ping = await messages.next()
    if (ping.done === true) return false
    const pong = handshake.answer(ping.value)
    socket.write(encode(pong))
    if (!pong[1]) this.parts.counts.answered('unauthenticated', 0, null)
    return pong[1]
  }

  /** As `count`; throws for bytes that are no message. */
  private hear(socket: Socket, source: string, bytes: Buffer, size: number): Promise<boolean> {
    const message = forwardMessage(bytes)
    if (message === null) throw new Error('no message of the forward protocol')
    return this.count(socket, source, { ...message, bytes, peer: socket.remoteAddress ?? '' }, size)
  }

  /** False: the connection is of no use any more, and the sender has to send again over another. */
  private async count(socket: Socket, source: string, message: ToldMessage, size: number): Promise<boolean> {
    this.counting++
    try {
      return await this.untilCounted(socket, source, message, size)
    } finally {
      this.counting--
    }
  }

  private async untilCounted(socket: Socket, source: string, message: ToldMessage, size: number): Promise<boolean> {
    const startedMs = performance.now()
    const { signal } = this.stop
    for (;;) {
      const result = await this.take(source, message)
      if (result.result === 'counted') {
        this.parts.counts.answered('accepted', size, (performance.now() - startedMs) / 1_000)
        if (message.chunk !== null && !socket.destroyed) socket.write(Buffer.concat([ACK, message.writtenChunk]))
        return true
      }
      if (result.result === 'refused') this.parts.counts.answered(result.refusal.code, size, null)
      if (message.chunk !== null || signal.aborted) return false
      await pause(this.parts.retryMs ?? RETRY_MS, undefined, { signal }).catch(() => undefined)
    }
  }

  private take(source: string, message: ToldMessage): Promise<IntakeResult> {
    const { chunk, entries, bytes } = message
    const exchange = {
      batchId: batchIdOf(message),
      unpack: (_body: Buffer, take: TakePart) => {
        for (const { record, envelope } of entries) take(record, envelope)
      },
    }
    const batch = { source, format: null, idempotencyKey: null, file: null, replayed: false }
    const order = { keyId: '', batch, exchange }
    return this.parts.intake.takeWhole(chunk === null ? { ...order, delivery: 'best_effort' } : order, bytes)
  }
}

/** A map of one pair, up to its value. */
const ACK = Buffer.concat([Buffer.from([0x81]), encode('ack')])

/** A message with its bytes and the address that it came from. */
interface ToldMessage extends ForwardMessage {
  readonly bytes: Buffer
  readonly peer: string
}

/** Fluent Bit's chunk is a digest of the records, the same for records that are alike; Fluentd's is random. */
const DIGEST_CHUNK = /^[0-9a-f]{32}$/

/**
 * What a message is known by when it comes again: sender, tag, chunk and content. Null where only its content could tell,
 * and then does so by its times and ids; a message without a chunk never comes again.
 */
function batchIdOf({ tag, chunk, bytes, peer }: ToldMessage): string | null {
  if (chunk === null) return randomUUID()
  if (DIGEST_CHUNK.test(chunk)) return null
  return [peer, tag, chunk, hash('sha256', bytes, 'base64')].join(' ')
}

/** Fluentd passes over it: some keep a connection alive so. */
function isNil(value: Buffer): boolean {
  return value.length === 1 && value[0] === NIL
}

const NIL = 0xc0

async function* framesOf(bytes: MeteredBytes): AsyncGenerator<Buffer> {
  const frames = new MessageFrames()
  for await (const chunk of bytes) yield* frames.push(chunk)
}

/** Errors of the system and of streams that end too early have codes; those of the decoder have none. */
function isFaultOfNetwork(error: unknown): boolean {
  return error instanceof Error && 'code' in error
}
