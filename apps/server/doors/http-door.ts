import type { FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../http/refusal.js'
import { encodingOf } from '../ingest/decoder.js'
import type { DoorCounts } from '../ingest/door-counts.js'
import { sourceNamedBy } from '../ingest/ingest-arguments.js'
import type { Intake, IntakeResult } from '../ingest/intake.js'
import { sourceNameOf } from '../ingest/source-name.js'
import { answerBody } from './answer-body.js'
import type { Dialect, DoorRequest, Exchange } from './dialect.js'
import { doorRequest } from './door-request.js'

/** The way of a request through any dialect: read, unpack, count, answer. */
export class HttpDoor {
  constructor(
    private readonly dialect: Dialect,
    private readonly intake: Intake,
    private readonly counts: DoorCounts,
  ) {}

  /** Answers the request; rejects only for bugs. */
  receive(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const asked = doorRequest(request)
    const exchange = this.dialect.open(asked)
    return answerBody(request, reply, this.counts, {
      take: () => this.take(request, asked, exchange),
      accepted: (body) => exchange.accepted(body),
      refused: (refusal) => this.dialect.refused(refusal, asked),
    })
  }

  private async take(request: FastifyRequest, asked: DoorRequest, exchange: Exchange): Promise<IntakeResult> {
    const encoding = this.dialect.encoding?.(asked) ?? encodingOf(request.headers['content-encoding'])
    if (encoding === null) throw new Refusal('unknown_encoding')
    const { params, headers, raw, principal } = request
    const query = this.dialect.ownsQuery === true ? {} : request.query
    const named = sourceNamedBy({ params, headers, query }, principal)
    const source = named ?? sourceNameOf(this.dialect.source?.(asked) ?? this.dialect.name)
    return this.intake.take({
      raw,
      encoding,
      keyId: principal.keyId,
      exchange,
      eventIds: hasEventIds(this.dialect, asked) ? 'event_id' : null,
      batch: { source, format: null, idempotencyKey: null, file: null, replayed: false },
    })
  }
}

function hasEventIds({ hasEventIds: has = false }: Dialect, asked: DoorRequest): boolean {
  return typeof has === 'boolean' ? has : has(asked)
}
