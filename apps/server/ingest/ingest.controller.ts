import { Controller, Get, Patch, Post, Put, Req, Res } from '@nestjs/common'
import { RouteConfig } from '@nestjs/platform-fastify'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Health } from '../health/health.js'
import { ANYBODY, decideScope, tokenOf } from '../http/access.js'
import { Refusal } from '../http/refusal.js'
import { GenericDoor } from './generic-door.js'

const OWN_PATHS = ['/v1/ingest', '/v1/ingest/:source']
const PATHS = ['/', ...OWN_PATHS]
const RAW = { scope: 'ingest', rawBody: true } as const

/** The addresses of the generic door. */
@Controller()
export class IngestController {
  constructor(
    private readonly door: GenericDoor,
    private readonly health: Health,
  ) {}

  @Post(PATHS)
  @RouteConfig(RAW)
  post(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.door.receive(request, reply)
  }

  @Put(PATHS)
  @RouteConfig(RAW)
  put(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.door.receive(request, reply)
  }

  @Patch(PATHS)
  @RouteConfig(RAW)
  patch(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.door.receive(request, reply)
  }

  /** Health checks of Vector, rsyslog and others, some of which carry no key; a wrong one is told before the first body is. */
  @Get(OWN_PATHS)
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
