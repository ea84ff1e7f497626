import type { ErrorCode } from '../../http/errors.js'
import type { CountedBody } from '../../ingest/intake.js'
import type { Dialect, DoorReply, DoorRequest, Exchange, TakePart } from '../dialect.js'
import { labelEnvelope } from '../label-envelope.js'
import { toldText } from '../told-text.js'
import { pushMessage } from './push-message.js'

/** Pub/Sub delivers again whatever is not acknowledged, until the message is too old, so these faults of a body are. */
const FINAL: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'bad_json',
  'bad_compression',
  'truncated_body',
  'unreadable_body',
  'body_too_large',
])

/**
 * Google Cloud Pub/Sub's push (docs: Pub/Sub, "Push subscriptions"): one message to a request, wrapped or bare, which a sink of
 * Cloud Logging fills with a LogEntry. The key comes as `?token=`: whether a JWT is genuine only Google's certificates can tell.
 */
export const pubsub: Dialect = {
  name: 'pubsub',
  // The same entry may be published in two messages; it says its `insertId` itself.
  hasEventIds: true,
  bodies: ['/v1/pubsub', '/v1/pubsub/:source'].map((path) => ({ methods: ['POST'], path })),
  token: ({ query }) => toldText(query['token']) ?? null,
  source: ({ headers }) => toldText(headers['x-goog-pubsub-subscription-name'])?.split('/').at(-1),
  open: (request) => new PubsubPush(request),
  refused: ({ code, statusCode, headers, body }): DoorReply =>
    FINAL.has(code) ? { statusCode: 200, body: { acknowledged: true, ...body } } : { statusCode, headers, body },
}

class PubsubPush implements Exchange {
  batchId: string | null = null

  constructor(private readonly request: DoorRequest) {}

  unpack(body: Buffer, take: TakePart): void {
    const { data, messageId, subscription, tsMs, attributes } = pushMessage(body, this.request.headers)
    const id = toldText(messageId)
    this.batchId = id === undefined ? null : `${subscription.slice(0, 1_000)} ${id}`
    take(data, { ...labelEnvelope(attributes), ...(tsMs !== undefined && { tsMs }) })
  }

  accepted({ accepted, duplicate, rejected, errors: [first] }: CountedBody): DoorReply {
    const held = accepted + duplicate + rejected
    // Records that are well and only count no request are no error of the sender.
    if (accepted + duplicate > 0 || (held > 0 && first === undefined)) return { statusCode: 204 }
    const message =
      first === undefined ? 'the message holds no record' : `${rejected} rejected, the first for ${first.reason}`
    return { statusCode: 200, body: { acknowledged: true, message } }
  }
}
