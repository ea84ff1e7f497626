import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

const INBOUND = /^[\w.:-]{1,128}$/

/** Names every request: the sender's own `X-Request-Id` where it is harmless, else a new one. */
export class RequestIds {
  private readonly process = randomBytes(6).toString('hex')
  private next = 0

  of(request: { readonly headers: IncomingHttpHeaders }): string {
    const inbound = request.headers['x-request-id']
    if (typeof inbound === 'string' && INBOUND.test(inbound)) return inbound
    return this.fresh()
  }

  fresh(): string {
    return `${this.process}-${(this.next++).toString(36)}`
  }
}
