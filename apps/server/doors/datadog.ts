import type { Envelope } from '#event'
import type { Refusal } from '../http/refusal.js'
import type { Dialect, DoorReply, DoorRequest, Exchange, TakePart } from './dialect.js'
import { bodyJson } from './body-json.js'
import { jsonText } from './json-text.js'
import { lineBlocks } from './line-blocks.js'

/**
 * Datadog's log intake (docs: Datadog API, "Send logs"): an array of objects, or one, with the line under `message`, or text. Its
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
  /** What the address tells of all entries. */
  private readonly asked: Envelope | null

  constructor(private readonly request: DoorRequest) {
    const service = text(request.query['service'])
    this.asked = service === null ? null : { service }
  }

  unpack(body: Buffer, take: TakePart): void {
    const value = this.entriesOf(body)
    if (value === TEXT) for (const lines of lineBlocks(body)) take(lines, this.asked)
    else
      for (const entry of Array.isArray(value) ? value : [value])
        take(jsonText(recordOf(entry)), envelopeOf(entry) ?? this.asked)
  }

  accepted(): DoorReply {
    return { statusCode: this.request.url.startsWith('/v1/input') ? 200 : 202, body: {} }
  }

  /** The JSON of the body; `TEXT` where it is none, and was named text. Text that is JSON comes from senders that name no type. */
  private entriesOf(body: Buffer): unknown {
    try {
      return bodyJson(body)
    } catch (thrown) {
      if (this.request.headers['content-type']?.startsWith('text/plain') === true && !isBlank(body)) return TEXT
      throw thrown
    }
  }
}

const TEXT = Symbol('text')
const SPACE = 0x20

function isBlank(body: Buffer): boolean {
  return body.every((byte) => byte <= SPACE)
}

/** An entry whose message is an object tells what both do, the message first; a `status` in words is how grave the entry is. */
function recordOf(entry: unknown): unknown {
  if (!isObject(entry) || !isObject(entry['message'])) return entry
  const { message, status, ...rest } = entry
  const isSeverity = typeof status === 'string' && !/^\d/.test(status)
  return { ...rest, ...(!isSeverity && { status }), ...message }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function envelopeOf(entry: unknown): Envelope | null {
  const service = isObject(entry) ? entry['service'] : undefined
  return typeof service === 'string' && service !== '' ? { service } : null
}

function text(value: string | string[] | undefined): string | null {
  const one = Array.isArray(value) ? value[0] : value
  return one === undefined || one === '' ? null : one
}
