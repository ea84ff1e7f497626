import { Controller, Get } from '@nestjs/common'
import { RouteConfig } from '@nestjs/platform-fastify'
import { Refusal } from '../http/refusal.js'
import { Health } from './health.js'

/** `/healthz`: the process lives. `/readyz`: it can do its work; 503 with the reason when not. */
@Controller()
export class HealthController {
  constructor(private readonly health: Health) {}

  @Get('healthz')
  @RouteConfig({ scope: 'open' })
  alive(): { status: 'ok' } {
    return { status: 'ok' }
  }

  @Get('readyz')
  @RouteConfig({ scope: 'open' })
  async ready(): Promise<{ status: 'ready' }> {
    const reason = await this.health.notReady()
    if (reason !== null) throw new Refusal('not_ready', reason)
    return { status: 'ready' }
  }
}
