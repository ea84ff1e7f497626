import { createHmac } from 'node:crypto'
import { type Notice } from './notice.js'

/** Where a webhook goes and the secret that signs it. */
export interface WebhookTarget {
  readonly url: string
  readonly secret: string
}

/** A signed request, ready to be sent. */
export interface SignedRequest {
  readonly url: string
  readonly method: 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The hex HMAC-SHA256 over `${timestampSeconds}.${body}`. */
export const signature = (secret: string, timestampSeconds: number, body: string): string =>
  createHmac('sha256', secret).update(`${timestampSeconds}.${body}`).digest('hex')

/** The request that tells a receiver of a notice, signed at `now` (epoch milliseconds). */
export function webhookRequest(target: WebhookTarget, notice: Notice, now: number): SignedRequest {
  const body = JSON.stringify(notice.body)
  const timestampSeconds = Math.floor(now / 1000)
  return {
    url: target.url,
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'statusline',
      'x-statusline-delivery': notice.dedupKey,
      'x-statusline-timestamp': String(timestampSeconds),
      'x-statusline-signature': `v1=${signature(target.secret, timestampSeconds, body)}`,
    },
    body,
  }
}
