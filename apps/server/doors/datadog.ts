import type { Refusal } from '../http/refusal.js'
import type { Dialect, DoorReply, DoorRequest, Exchange, TakePart } from './dialect.js'
import { bodyJson } from './body-json.js'
import { jsonText } from './json-text.js'

/**
 * Datadog's log intake (docs: Datadog API, "Send logs"): an array of objects, or one, with the line under `message`. Its
 * senders want 202 from the second version and 200 from the first, retry 408, 429 and 5xx, and drop 400, 401, 403 and 413.
 */
export const datadog: Dialect = {
  name: 'datadog',
  bodies: [
    { methods: ['POST'], path: '/api/v2/logs' },
    { methods: ['POST'], path: '/v1/input' },
    // The oldest senders have the key in the address; it goes no further than the gate, which hashes it.
    { methods: ['POST'], path: '/v1/input/:key' },
  ],
  questions: [
    {
      methods: ['GET'],
      path: '/api/v1/validate',
      scope: 'ingest',
      answer: () => ({ statusCode: 200, body: { valid: true } }),
    },
  ],
  token: ({ headers, query, params }) =>
    text(headers['dd-api-key']) ?? text(query['dd-api-key']) ?? text(params['key']),
  source: ({ query }) => text(query['ddsource']) ?? undefined,
  open: (request) => new DatadogBody(request),
  refused: ({ statusCode, headers, body }: Refusal): DoorReply => ({
    statusCode,
    headers,
    body: { errors: [{ status: String(statusCode), title: body.code, detail: body.message }] },
  }),
}

class DatadogBody implements Exchange {
  constructor(private readonly request: DoorRequest) {}

  unpack(body: Buffer, take: TakePart): void {
    const value = bodyJson(body)
    for (const entry of Array.isArray(value) ? value : [value]) take(jsonText(entry), envelopeOf(entry))
  }

  accepted(): DoorReply {
    return { statusCode: this.request.url.startsWith('/v1/input') ? 200 : 202, body: {} }
  }
}

function envelopeOf(entry: unknown): { readonly service: string } | null {
  const service = typeof entry === 'object' && entry !== null && 'service' in entry ? entry.service : undefined
  return typeof service === 'string' && service !== '' ? { service } : null
}

function text(value: string | string[] | undefined): string | null {
  const one = Array.isArray(value) ? value[0] : value
  return one === undefined || one === '' ? null : one
}
