import { Injectable, type OnModuleInit } from '@nestjs/common'
import { HttpAdapterHost } from '@nestjs/core'
import type { FastifyInstance } from 'fastify'
import { QuickLane } from '../http/quick-lane.js'
import { GenericDoor } from './generic-door.js'

/** The generic door's own addresses; it opens at the root as well, for senders that can only be told a host. */
export const INGEST_PATHS = ['/v1/ingest', '/v1/ingest/:source'] as const

/** Routes bodies to the generic door without the steps of a controller, which a small body would feel. */
@Injectable()
export class GenericRoutes implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly door: GenericDoor,
  ) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>()
    QuickLane.of(fastify.server)?.serve((request) => this.door.takeQuickly(request))
    for (const url of ['/', ...INGEST_PATHS])
      fastify.route({
        method: ['POST', 'PUT', 'PATCH'],
        url,
        config: { scope: 'ingest', rawBody: true },
        handler: (request, reply) => this.door.receive(request, reply),
      })
  }
}
