import type { FastifyReply, FastifyRequest } from 'fastify'
import { ownFields, setOwnHeaders } from '../http/own-headers.js'
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
  setOwnHeaders(reply.request, reply)
  void reply.code(statusCode)
  if (typeof body === 'object' && !(body instanceof Uint8Array))
    void reply
      .type(JSON_TYPE)
      .headers({ ...headers })
      .send(JSON.stringify(body))
  else void reply.headers({ ...headers }).send(body instanceof Uint8Array ? Buffer.from(body) : (body ?? ''))
}

/** The same for a body that was counted: text is written at once, without the steps of Fastify, which a small body would feel. */
export function sendCounted(reply: FastifyReply, counted: DoorReply): void {
  const { statusCode, headers = {}, body } = counted
  if (typeof body !== 'string' || body === '' || headers['content-type'] === undefined) return sendReply(reply, counted)
  const fields = ownFields(reply.request)
  for (const name in headers) fields.push(name, headers[name]!)
  fields.push('content-length', String(Buffer.byteLength(body)))
  reply.hijack().raw.writeHead(statusCode, fields).end(body)
}

const JSON_TYPE = 'application/json; charset=utf-8'
