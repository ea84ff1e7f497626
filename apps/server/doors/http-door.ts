import type { FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../http/refusal.js'
import { encodingOf } from '../ingest/decoder.js'
import type { DoorCounts } from '../ingest/door-counts.js'
import { sourceNamedBy } from '../ingest/ingest-arguments.js'
import type { Intake, IntakeResult } from '../ingest/intake.js'
import { linger } from '../ingest/linger.js'
import { sourceNameOf } from '../ingest/source-name.js'
import type { Dialect, DoorRequest, Exchange } from './dialect.js'
import { doorRequest, sendReply } from './door-request.js'

/** The way of a request through any dialect: read, unpack, count, answer. */
export class HttpDoor {
  constructor(
    private readonly dialect: Dialect,
    private readonly intake: Intake,
    private readonly counts: DoorCounts,
  ) {}

  /** Answers the request; rejects only for bugs. */
  async receive(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const startedMs = performance.now()
    const asked = doorRequest(request)
    const exchange = this.dialect.open(asked)
    const result = await this.take(request, asked, exchange)
    if (result.result === 'aborted') {
      this.counts.answered('aborted', result.bytes, null)
      return void reply.hijack()
    }
    if (result.result === 'counted') {
      this.counts.answered('accepted', result.bytes, (performance.now() - startedMs) / 1_000)
      return sendReply(reply, exchange.accepted(result))
    }
    this.counts.answered(result.refusal.code, result.bytes, null)
    sendReply(reply, this.dialect.refused(result.refusal, asked))
    linger(request.raw)
  }

  private async take(request: FastifyRequest, asked: DoorRequest, exchange: Exchange): Promise<IntakeResult> {
    try {
      const encoding = this.dialect.encoding?.(asked) ?? encodingOf(request.headers['content-encoding'])
      if (encoding === null) throw new Refusal('unknown_encoding')
      const { params, headers } = request
      const query = this.dialect.ownsQuery === true ? {} : request.query
      const named = sourceNamedBy({ params, headers, query }, request.principal)
      const source = named ?? sourceNameOf(this.dialect.source?.(asked) ?? this.dialect.name)
      return await this.intake.take({
        raw: request.raw,
        encoding,
        keyId: request.principal.keyId,
        exchange,
        eventIds: hasEventIds(this.dialect, asked) ? 'event_id' : null,
        batch: { source, format: null, idempotencyKey: null, file: null, replayed: false },
      })
    } catch (thrown) {
      if (thrown instanceof Refusal) return { result: 'refused', refusal: thrown, bytes: 0 }
      throw thrown
    }
  }
}

function hasEventIds({ hasEventIds: has = false }: Dialect, asked: DoorRequest): boolean {
  return typeof has === 'boolean' ? has : has(asked)
}
