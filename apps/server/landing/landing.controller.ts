import { Controller, Get, Req, Res } from '@nestjs/common'
import { RouteConfig } from '@nestjs/platform-fastify'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { doorRequest, sendReply } from '../doors/door-request.js'
import { greeting } from '../doors/elastic/handshake.js'
import { landingPage } from './landing-page.js'

/** The page has a style of its own and nothing else. */
const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"

/** `GET /`: a page for people; programs are senders that look for Elasticsearch. */
@Controller()
export class LandingController {
  @Get()
  @RouteConfig({ scope: 'open' })
  show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    if (!(request.headers.accept ?? '').includes('text/html')) return sendReply(reply, greeting(doorRequest(request)))
    void reply
      .header('content-security-policy', PAGE_POLICY)
      .type('text/html; charset=utf-8')
      .send(landingPage(`${request.protocol}://${request.host}`))
  }
}
