import type { FastifyReply, FastifyRequest } from 'fastify'
import type { DoorReply, DoorRequest } from './dialect.js'

/** A Fastify request without its body. */
export function doorRequest(request: FastifyRequest): DoorRequest {
  return {
    method: request.method,
    url: request.url,
    params: request.params as DoorRequest['params'],
    query: request.query as DoorRequest['query'],
    headers: request.headers,
  }
}

/** Sends what a dialect answers. Every reply has a length: some senders refuse chunks. */
export function sendReply(reply: FastifyReply, { statusCode, headers, body }: DoorReply): void {
  void reply.code(statusCode)
  if (typeof body === 'object' && !(body instanceof Uint8Array))
    void reply
      .type('application/json; charset=utf-8')
      .headers({ ...headers })
      .send(JSON.stringify(body))
  else void reply.headers({ ...headers }).send(body instanceof Uint8Array ? Buffer.from(body) : (body ?? ''))
}
