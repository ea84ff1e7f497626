import type { IncomingHttpHeaders } from 'node:http'
import { isoTime } from '../epoch-time.js'
import { members, textOf, valueOf } from '../json-slices.js'

/** A message of Pub/Sub, whichever way it was pushed. */
export interface PushMessage {
  readonly data: Buffer
  /** The same when the message is delivered again; null where the subscription does not tell. */
  readonly messageId: string | null
  /** Ids are a topic's own, so they hold within a subscription; empty where it is not told. */
  readonly subscription: string
  /** Epoch ms: when the entry was logged, or else published. */
  readonly tsMs: number | undefined
  readonly attributes: Readonly<Record<string, unknown>>
}

const LOGGED_AT = 'logging.googleapis.com/timestamp'

/** The message of a push: in its wrapping, or as it is, with what belongs to it in headers. */
export function pushMessage(body: Buffer, headers: IncomingHttpHeaders): PushMessage {
  return wrappedMessage(body) ?? bareMessage(body, headers)
}

/** Null: the body is not Pub/Sub's wrapping. */
function wrappedMessage(body: Buffer): PushMessage | null {
  const push = body[0] === OPEN_BRACE ? new Map(members(body)) : undefined
  const message = push?.get('message')
  if (message?.[0] !== OPEN_BRACE) return null
  const found = new Map(members(message))
  if (!found.has('messageId') && !found.has('message_id')) return null
  const text = (name: string): string | null => textOf(found.get(name) ?? NOTHING)
  const attributes = attributesOf(found.get('attributes'))
  return {
    data: Buffer.from(text('data') ?? '', 'base64'),
    messageId: text('messageId') ?? text('message_id'),
    subscription: textOf(push?.get('subscription') ?? NOTHING) ?? '',
    tsMs: (isoTime(attributes[LOGGED_AT]) ?? isoTime(text('publishTime') ?? text('publish_time')))?.tsMs,
    attributes,
  }
}

const OPEN_BRACE = 0x7b
const NOTHING = Buffer.alloc(0)

function bareMessage(body: Buffer, headers: IncomingHttpHeaders): PushMessage {
  const id = headers['x-goog-pubsub-message-id']
  const named = headers['x-goog-pubsub-subscription-name']
  const subscription = typeof named === 'string' ? named : ''
  const time = isoTime(headers[LOGGED_AT]) ?? isoTime(headers['x-goog-pubsub-publish-time'])
  return {
    data: body,
    messageId: typeof id === 'string' && id !== '' ? id : null,
    subscription,
    tsMs: time?.tsMs,
    attributes: {},
  }
}

function attributesOf(value: Buffer | undefined): Readonly<Record<string, unknown>> {
  const attributes = value === undefined ? undefined : valueOf(value)
  return typeof attributes === 'object' && attributes !== null ? (attributes as Record<string, unknown>) : {}
}
