import { Module, type OnModuleInit } from '@nestjs/common'
import { HttpAdapterHost } from '@nestjs/core'
import type { FastifyInstance, HTTPMethods } from 'fastify'
import { SelfMetrics } from '#platform'
import { Health } from '../health/health.js'
import { DoorCounts } from '../ingest/door-counts.js'
import { IngestModule } from '../ingest/ingest.module.js'
import { Intake } from '../ingest/intake.js'
import { ProcessNumbers } from '../metrics/process-numbers.js'
import type { Dialect } from './dialect.js'
import { DIALECTS } from './dialects.js'
import { doorRequest, sendReply } from './door-request.js'
import { HttpDoor } from './http-door.js'

/** Opens a door for every dialect. */
@Module({ imports: [IngestModule] })
export class DoorsModule implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly intake: Intake,
    private readonly metrics: SelfMetrics,
    private readonly numbers: ProcessNumbers,
    private readonly health: Health,
  ) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>()
    for (const dialect of DIALECTS) this.open(dialect, fastify)
  }

  private open(dialect: Dialect, fastify: FastifyInstance): void {
    const counts = new DoorCounts(dialect.name, this.metrics)
    this.numbers.add(() => counts.flush())
    const door = new HttpDoor(dialect, this.intake, counts)
    for (const { methods, path } of dialect.bodies)
      fastify.route({
        method: [...methods] as HTTPMethods[],
        url: path,
        config: { scope: 'ingest', rawBody: true, dialect },
        handler: (request, reply) => door.receive(request, reply),
      })
    for (const { methods, path, scope, answer } of dialect.questions ?? [])
      fastify.route({
        method: [...methods] as HTTPMethods[],
        url: path,
        config: { scope, rawBody: true, dialect },
        handler: async (request, reply) => {
          sendReply(reply, await answer(doorRequest(request), () => this.health.notReady()))
          return reply
        },
      })
  }
}
