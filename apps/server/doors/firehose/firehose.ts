import type { Envelope } from '#event'
import { SystemClock } from '#platform'
import type { Refusal } from '../../http/refusal.js'
import type { Dialect, DoorReply, DoorRequest, Exchange, TakePart } from '../dialect.js'
import { labelEnvelope } from '../label-envelope.js'
import { toldText } from '../told-text.js'
import { deliveryOf, readRecords } from './delivery.js'

/**
 * Amazon Data Firehose's HTTP endpoint (docs: Data Firehose, "HTTP endpoint delivery request and response specifications").
 * Success is 200 with the id of the request; anything else but 413 is tried again for as long as the stream is set to.
 */
export const firehose: Dialect = {
  name: 'firehose',
  // CloudWatch may put the same event into another delivery.
  hasEventIds: true,
  bodies: ['/firehose', '/firehose/:source'].map((path) => ({ methods: ['POST'], path })),
  token: ({ headers }) => toldText(headers['x-amz-firehose-access-key']) ?? null,
  source: (request) => toldText(attributesOf(request)['source']) ?? streamOf(request),
  open: (request) => new FirehoseDelivery(request),
  refused: ({ statusCode, headers, body }: Refusal, request) =>
    reply(statusCode, headers, { requestId: idOf(request), errorMessage: body.message }),
}

class FirehoseDelivery implements Exchange {
  batchId: string | null

  constructor(private readonly request: DoorRequest) {
    this.batchId = toldText(idOf(request)) ?? null
  }

  unpack(body: Buffer, take: TakePart): void {
    const { requestId, records } = deliveryOf(body)
    this.batchId ??= toldText(requestId) ?? null
    const labels: Envelope = labelEnvelope(attributesOf(this.request))
    readRecords(records, labels, take)
  }

  accepted(): DoorReply {
    return reply(200, {}, { requestId: this.batchId ?? '' })
  }
}

const clock = new SystemClock()

/** As bytes: to a text Fastify would add a charset, and Firehose wants exactly this type. */
function reply(statusCode: number, headers: Readonly<Record<string, string>>, body: object): DoorReply {
  return {
    statusCode,
    headers: { ...headers, 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ ...body, timestamp: clock.now() })),
  }
}

function idOf({ headers }: DoorRequest): string {
  return one(headers['x-amz-firehose-request-id'])
}

/** `arn:aws:firehose:eu-west-1:123456789012:deliverystream/edge` */
function streamOf({ headers }: DoorRequest): string | undefined {
  return toldText(one(headers['x-amz-firehose-source-arn']).split('/').at(-1))
}

/** The parameters that the stream is set to send, such as `service`. */
function attributesOf({ headers }: DoorRequest): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(one(headers['x-amz-firehose-common-attributes']))
    const inner = typeof value === 'object' && value !== null && 'commonAttributes' in value && value.commonAttributes
    return typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

function one(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? ''
}
