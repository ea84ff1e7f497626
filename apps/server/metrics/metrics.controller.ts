import { Controller, Get, Query, Req, Res } from '@nestjs/common'
import { RouteConfig } from '@nestjs/platform-fastify'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../http/refusal.js'
import { CONTENT_TYPES, renderFamilies } from './metric-family.js'
import { Metrics, METRIC_SCOPES } from './metrics.js'

/** `/metrics` for Prometheus. */
@Controller()
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get('metrics')
  @RouteConfig({ scope: 'read' })
  async scrape(
    @Query('scope') asked: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const scope = METRIC_SCOPES.find((word) => word === (asked ?? 'all'))
    if (scope === undefined) throw new Refusal('bad_argument', { argument: 'scope', reason: METRIC_SCOPES.join(', ') })
    const wantsOpenMetrics = (request.headers.accept ?? '').includes('application/openmetrics-text')
    const contentType = wantsOpenMetrics ? CONTENT_TYPES.openMetrics : CONTENT_TYPES.prometheus
    const text = await renderFamilies(await this.metrics.families(scope), contentType)
    void reply.type(contentType).send(text)
  }
}
