import type { FastifyReply, FastifyRequest } from 'fastify'

/** Headers of every reply, besides the id of the request; pages with scripts of their own set another content-security-policy. */
const OWN_HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
} as const

/** Their names and values in turn. */
export const OWN_FIELDS: readonly string[] = Object.entries(OWN_HEADERS).flat()

/** Puts them on a reply that Fastify sends. */
export function setOwnHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('x-request-id', request.id).headers(OWN_HEADERS)
}

/** The same as names and values in turn, for a reply that is written without Fastify. */
export function ownFields(request: FastifyRequest): string[] {
  return ['x-request-id', request.id, ...OWN_FIELDS]
}
