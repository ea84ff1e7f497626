import type { FastifyReply, FastifyRequest } from 'fastify'
import { answerBody, answerWhole, type Answers } from '../doors/answer-body.js'
import type { DoorReply } from '../doors/dialect.js'
import { looksLikePush } from '../doors/loki/push-json.js'
import { isMsgpack, MsgpackBody } from '../doors/msgpack/msgpack-body.js'
import type { Principal } from '../http/access.js'
import { refuseUnknown } from '../http/known-arguments.js'
import type { PlainWords } from '../http/quick-head.js'
import type { QuickRequest } from '../http/quick-lane.js'
import { Refusal } from '../http/refusal.js'
import { encodingOf, sniffEncoding } from './decoder.js'
import type { DoorCounts } from './door-counts.js'
import { readArguments, type IngestArguments, type IngestRequest } from './ingest-arguments.js'
import { acceptedBody } from './ingest-reply.js'
import type { CountedBody, Intake, IntakeResult } from './intake.js'
import type { BatchOrder } from './open-body.js'
import type { Scans } from './scan.js'

const PARAMETERS = ['source', 'format'] as const

/** A batch as the head of a plain request tells it, the same for all requests of a connection with the same head. */
class QuickOrder implements BatchOrder {
  readonly keyId: string
  readonly stray = stray

  constructor(
    readonly principal: Principal,
    readonly batch: IngestArguments,
  ) {
    this.keyId = principal.keyId
  }
}

/** `/v1/ingest`: any body that holds events, answered 202 once it is durable. */
export class GenericDoor {
  constructor(
    private readonly intake: Intake,
    private readonly scans: Scans,
    private readonly counts: DoorCounts,
  ) {}

  /** Answers the request; rejects only for bugs. */
  receive(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    return answerBody(request, reply, this.counts, {
      take: () => this.take(request),
      ...ANSWERS,
    })
  }

  /** The same for a whole plain request; null where only `receive` knows how to answer, and nothing has happened. */
  takeQuickly({ words, principal, body }: QuickRequest): Promise<DoorReply> | null {
    if (!this.intake.fits(body.length) || sniffEncoding('identity', body) !== 'identity') return null
    let order = words.kept
    if (!(order instanceof QuickOrder && order.principal === principal)) {
      words.kept = order = this.quickOrder(words, principal)
      if (order === null) return null
    }
    return answerWhole(this.counts, () => this.intake.takeWhole(order as QuickOrder, body), ANSWERS)
  }

  /** Null where only `receive` knows how to answer. */
  private quickOrder({ path, headers }: PlainWords, principal: Principal): QuickOrder | null {
    const named = QUICK_PATH.exec(path)
    if (named === null || isMsgpack(headers['content-type'])) return null
    const batch = this.readQuickly({ headers, params: { source: named[1] }, query: {} }, principal)
    return batch === null ? null : new QuickOrder(principal, batch)
  }

  private readQuickly(request: IngestRequest, principal: Principal): IngestArguments | null {
    try {
      return readArguments(request, principal, this.scans.formats)
    } catch (thrown) {
      if (thrown instanceof Refusal) return null
      throw thrown
    }
  }

  /** May throw a `Refusal`. */
  private take(request: FastifyRequest): Promise<IntakeResult> {
    const encoding = encodingOf(request.headers['content-encoding'])
    if (encoding === null) throw new Refusal('unknown_encoding')
    // At the root arrive senders that were told a host and nothing else: what they put behind it is theirs.
    if (request.routeOptions.url !== '/') refuseUnknown(request.query as object, PARAMETERS, 'parameters')
    const { raw, principal } = request
    const batch = readArguments(request, principal, this.scans.formats)
    const wrapped = isMsgpack(raw.headers['content-type']) ? { exchange: new MsgpackBody() } : {}
    return this.intake.take({ raw, encoding, keyId: principal.keyId, batch, stray, ...wrapped })
  }
}

/** The one dialect whose body is a wrapper of events as well, so that it arrives here by mistake and would be no event. */
function stray(head: Buffer): Refusal | null {
  return looksLikePush(head) ? new Refusal('loki_push') : null
}

/** The addresses of the door, where nothing in them has to be decoded. */
const QUICK_PATH = /^\/(?:v1\/ingest(?:\/([\w.-]+))?)?$/

const accepted = (body: CountedBody): DoorReply => ({ statusCode: 202, headers: JSON_TYPE, body: acceptedBody(body) })

const ANSWERS: Answers = { accepted, refused: (refusal) => refusal }

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' }
