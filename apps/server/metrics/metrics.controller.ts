import { Controller, Get, Query, Req, Res } from '@nestjs/common'
import { RouteConfig } from '@nestjs/platform-fastify'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { askedScope } from './asked-scope.js'
import { CONTENT_TYPES, renderFamilies } from './metric-family.js'
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
    const contentType = wantsOpenMetrics ? CONTENT_TYPES.openMetrics : CONTENT_TYPES.prometheus
    const text = await renderFamilies(await this.metrics.families(scope), contentType)
    void reply.type(contentType).send(text)
  }
}
