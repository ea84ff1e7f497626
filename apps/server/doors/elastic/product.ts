import type { DoorReply, DoorRequest } from '../dialect.js'

/** Clients take any path before their own, so the root stays free; those that cannot use the root. */
export const PREFIXES = ['', '/elasticsearch'] as const

/** How the bulk API is asked. */
export const BULK_METHODS = ['POST', 'PUT'] as const

/** A reply as Elasticsearch sends it: clients refuse one without the product header, or of another type than they asked for. */
export function productReply(
  request: DoorRequest,
  statusCode: number,
  body: object | string,
  headers: Readonly<Record<string, string>> = {},
): DoorReply {
  return {
    statusCode,
    headers: { ...headers, 'x-elastic-product': 'Elasticsearch', 'content-type': typeOf(request) },
    // As bytes: to a text Fastify would add a charset, and rewrite the type.
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  }
}

/** `application/vnd.elasticsearch+json;compatible-with=9` where the client speaks so. */
function typeOf({ headers }: DoorRequest): string {
  const asked = [headers.accept, headers['content-type']].join(',')
  const version = /application\/vnd\.elasticsearch\+(?:x-nd)?json; ?compatible-with=(\d{1,2})/.exec(asked)?.[1]
  return version === undefined
    ? 'application/json; charset=UTF-8'
    : `application/vnd.elasticsearch+json;compatible-with=${version}`
}
