import type { FastifyReply, FastifyRequest } from 'fastify'
import { contentTypeOf } from '../doors/door-request.js'
import { isMsgpack, MsgpackBody } from '../doors/msgpack/msgpack-body.js'
import { refuseUnknown } from '../http/known-arguments.js'
import { Refusal } from '../http/refusal.js'
import { encodingOf } from './decoder.js'
import type { DoorCounts } from './door-counts.js'
import { readArguments } from './ingest-arguments.js'
import { acceptedBody } from './ingest-reply.js'
import type { Intake, IntakeResult } from './intake.js'
import { linger } from './linger.js'
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
  async receive(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const startedMs = performance.now()
    const result = await this.take(request)
    const { bytes } = result
    if (result.result === 'counted') {
      this.counts.answered('accepted', bytes, (performance.now() - startedMs) / 1_000)
      return void reply.code(202).type('application/json; charset=utf-8').send(acceptedBody(result))
    }
    if (result.result === 'aborted') {
      this.counts.answered('aborted', bytes, null)
      return void reply.hijack()
    }
    const { code, statusCode, headers, body } = result.refusal
    this.counts.answered(code, bytes, null)
    void reply.code(statusCode).headers(headers).send(body)
    linger(request.raw)
  }

  private async take(request: FastifyRequest): Promise<IntakeResult> {
    try {
      const encoding = encodingOf(request.headers['content-encoding'])
      if (encoding === null) throw new Refusal('unknown_encoding')
      // At the root arrive senders that were told a host and nothing else: what they put behind it is theirs.
      if (request.routeOptions.url !== '/') refuseUnknown(request.query as object, PARAMETERS, 'parameters')
      const { raw, principal } = request
      const batch = readArguments(request, principal, this.scans.formats)
      const wrapped = isMsgpack(contentTypeOf(raw)) ? { exchange: new MsgpackBody() } : {}
      return await this.intake.take({ raw, encoding, keyId: principal.keyId, batch, ...wrapped })
    } catch (thrown) {
      if (thrown instanceof Refusal) return { result: 'refused', refusal: thrown, bytes: 0 }
      throw thrown
    }
  }
}
