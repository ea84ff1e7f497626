import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { DoorReply } from '../doors/dialect.js'
import type { Principal } from './access.js'
import type { ErrorFilter } from './error-filter.js'
import type { Gate } from './gate.js'
import { OpenConnections } from './open-connections.js'
import { QuickConnection } from './quick-connection.js'
import type { PlainWords, QuickHead, QuickLimits } from './quick-head.js'
import { QuickReplies } from './quick-reply.js'
import type { RequestIds } from './request-id.js'

/** A whole request whose sender may send it. */
export interface QuickRequest {
  readonly words: PlainWords
  readonly principal: Principal
  readonly body: Buffer
}

/** Takes a request, or null where it is none of its own or not plain after all; nothing may have happened then. */
export type TakeQuickly = (request: QuickRequest) => Promise<DoorReply> | null

/** What a lane is made of. */
export interface QuickLaneParts {
  readonly limits: QuickLimits
  readonly gate: Gate
  readonly requestIds: RequestIds
  readonly errors: ErrorFilter
  readonly stopping: () => boolean
  readonly keepAliveMs: number
}

const LANES = new WeakMap<Server, QuickLane>()
const LOOKS_APART_MS = 1_000

/**
 * A way around Node's HTTP for small plain posts, whose head and body arrive in one piece: parser, message, stream, router and reply
 * cost more than all that the server does with one event. Every connection begins here. At the first bytes that are not such a
 * request, or not to be answered with success as far as their head tells, Node takes the connection over for good, with these bytes:
 * so all that is wrong, slow or rare is read and refused in one place.
 */
export class QuickLane {
  readonly replies: QuickReplies
  private readonly connections: OpenConnections
  private readonly held = new Set<QuickConnection>()
  private take: TakeQuickly = () => null
  private sweep: NodeJS.Timeout | null = null

  /** The lane of `server`, where it has one. */
  static of(server: Server): QuickLane | null {
    return LANES.get(server) ?? null
  }

  /** Puts one before the server's own reading of connections; must come before it listens. */
  static open(server: Server, parts: QuickLaneParts): void {
    LANES.set(server, new QuickLane(server, parts))
  }

  private constructor(
    server: Server,
    readonly parts: QuickLaneParts,
  ) {
    this.replies = new QuickReplies(parts.keepAliveMs)
    this.connections = OpenConnections.of(server)
    const [read] = server.listeners('connection') as ((this: Server, socket: Socket) => void)[]
    if (read === undefined) throw new Error('the server reads no connections')
    server.removeListener('connection', read)
    server.on('connection', (socket: Socket) => {
      const connection = new QuickConnection(socket, this, () => read.call(server, socket))
      this.held.add(connection)
    })
    server.on('listening', () => (this.sweep = setInterval(() => this.look(), LOOKS_APART_MS).unref()))
    server.on('close', () => clearInterval(this.sweep ?? undefined))
  }

  /** Who takes the requests. */
  serve(take: TakeQuickly): void {
    this.take = take
  }

  /** Begins to answer; null: Node has to. */
  begin(head: QuickHead, body: Buffer): Promise<DoorReply> | null {
    if (this.parts.stopping()) return null
    const decision = this.parts.gate.decide(head.words, 'ingest')
    if (decision instanceof Promise || 'refuse' in decision) return null
    return this.take({ words: head.words, principal: decision.allow, body })
  }

  /** A connection answers, or has answered: it is not idle meanwhile. */
  answering(socket: Socket, isBusy: boolean): void {
    this.connections.answering(socket, isBusy)
  }

  /** The connection has gone, or is Node's. */
  forget(connection: QuickConnection): void {
    this.held.delete(connection)
  }

  private look(): void {
    const nowMs = performance.now()
    for (const connection of this.held) connection.look(nowMs, this.parts.keepAliveMs)
  }
}
