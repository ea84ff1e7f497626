import { Controller, Post, Put, Req, Res } from '@nestjs/common'
import { RouteConfig } from '@nestjs/platform-fastify'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { GenericDoor } from './generic-door.js'

const PATHS = ['/', '/v1/ingest', '/v1/ingest/:source']
const RAW = { scope: 'ingest', rawBody: true } as const

/** The addresses of the generic door. */
@Controller()
export class IngestController {
  constructor(private readonly door: GenericDoor) {}

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
}
