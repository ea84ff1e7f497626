import { Controller, Get, Req, Res } from '@nestjs/common'
import { RouteConfig } from '@nestjs/platform-fastify'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Health } from '../health/health.js'
import { ANYBODY, decideScope, tokenOf } from '../http/access.js'
import { Refusal } from '../http/refusal.js'
import { INGEST_PATHS } from './generic-routes.js'

/** What senders ask of the generic door before they send. */
@Controller()
export class IngestController {
  constructor(private readonly health: Health) {}

  /** Health checks of Vector, rsyslog and others, some of which carry no key; a wrong one is told before the first body is. */
  @Get([...INGEST_PATHS])
  @RouteConfig({ scope: 'open' })
  async ready(@Req() { headers, principal }: FastifyRequest): Promise<{ status: 'ready' }> {
    const decision = tokenOf(headers) === null ? null : decideScope(principal === ANYBODY ? null : principal, 'ingest')
    if (decision !== null && 'refuse' in decision) throw new Refusal(decision.refuse, decision.details)
    const reason = await this.health.notReady()
    if (reason !== null) throw new Refusal('not_ready', reason)
    return { status: 'ready' }
  }

  /** Fastly asks the host whether it wants logs: the hash of a service id, or `*` for any. A key is needed to send them. */
  @Get('/.well-known/fastly/logging/challenge')
  @RouteConfig({ scope: 'open' })
  fastlyChallenge(@Res() reply: FastifyReply): void {
    void reply.type('text/plain; charset=utf-8').send('*\n')
  }
}
