import type { FastifyReply, FastifyRequest } from 'fastify'
import { answerBody } from '../doors/answer-body.js'
import { looksLikePush } from '../doors/loki/push-json.js'
import { isMsgpack, MsgpackBody } from '../doors/msgpack/msgpack-body.js'
import { refuseUnknown } from '../http/known-arguments.js'
import { Refusal } from '../http/refusal.js'
import { encodingOf } from './decoder.js'
import type { DoorCounts } from './door-counts.js'
import { readArguments } from './ingest-arguments.js'
import { acceptedBody } from './ingest-reply.js'
import type { Intake, IntakeResult } from './intake.js'
import type { Scans } from './scan.js'

const PARAMETERS = ['source', 'format'] as const

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
      accepted: (body) => ({ statusCode: 202, headers: JSON_TYPE, body: acceptedBody(body) }),
      refused: (refusal) => refusal,
    })
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

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' }
