import { Readable } from 'node:stream'
import { Controller, Get, Query, Req, Res } from '@nestjs/common'
import { RouteConfig } from '@nestjs/platform-fastify'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { askedScope } from './asked-scope.js'
import { CONTENT_TYPES, exposition } from './metric-text.js'
import { Metrics } from './metrics.js'

/** `/metrics` for Prometheus. */
@Controller()
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get('metrics')
  @RouteConfig({ scope: 'read' })
  async scrape(
    @Query() query: Record<string, unknown>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const scope = askedScope(query)
    const wantsOpenMetrics = (request.headers.accept ?? '').includes('application/openmetrics-text')
    const format = wantsOpenMetrics ? 'openMetrics' : 'prometheus'
    const pieces = [...exposition(await this.metrics.texts(scope), format)]
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
    void reply.type(CONTENT_TYPES[format]).header('content-length', length).send(Readable.from(pieces))
  }
}
