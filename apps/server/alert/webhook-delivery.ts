import { isIP } from 'node:net'
import { Agent, request } from 'undici'
import { Channel, type Delivery, type Notice, webhookRequest, type WebhookTarget } from '#alert'
import type { Clock } from '#platform'
import { isPublicAddress } from './public-address.js'
import { publicLookup, type Resolve } from './public-lookup.js'

const LONGEST_ANSWER_BYTES = 16_384
/** Statuses of the 4xx class that ask to come again. */
const COME_AGAIN = new Set([408, 425, 429])

/** One webhook: where it goes, and how far it may reach. */
export interface WebhookOptions extends WebhookTarget {
  readonly name: string
  /** Longest time of one delivery, milliseconds, from the name lookup to the last byte of the answer. */
  readonly timeoutMs: number
  /** Loopback and private networks may be reached; otherwise the public internet only. */
  readonly allowPrivate: boolean
  readonly resolve?: Resolve
}

/** Sends notices as signed HTTP requests. It follows no redirect. */
export class WebhookDelivery extends Channel {
  readonly name: string
  private readonly agent: Agent

  constructor(
    private readonly options: WebhookOptions,
    private readonly clock: Clock,
  ) {
    super()
    this.name = options.name
    const lookup = options.allowPrivate ? {} : { lookup: publicLookup(options.resolve) }
    this.agent = new Agent({ connect: { timeout: options.timeoutMs, ...lookup }, pipelining: 0 })
  }

  async send(notice: Notice): Promise<Delivery> {
    if (!this.options.allowPrivate && isPrivateLiteral(this.options.url)) return refused('private_address')
    const { url, method, headers, body } = webhookRequest(this.options, notice, this.clock.now())
    const signal = AbortSignal.timeout(this.options.timeoutMs)
    try {
      const answer = await request(url, { method, headers, body, signal, dispatcher: this.agent })
      // The status is the answer; what follows it is read only to free the connection.
      await answer.body.dump({ limit: LONGEST_ANSWER_BYTES, signal }).catch(() => undefined)
      return deliveryOf(answer.statusCode, answer.headers['retry-after'], this.clock.now())
    } catch (error) {
      return failureOf(error)
    }
  }

  /** Closes the connections; deliveries on their way are cut. */
  async close(): Promise<void> {
    await this.agent.destroy()
  }
}

/** An address written out needs no lookup, so it is checked here. The URL parser has already made 0x7f.1 a plain 127.0.0.1. */
function isPrivateLiteral(url: string): boolean {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '')
  return isIP(host) !== 0 && !isPublicAddress(host)
}

const refused = (reason: string): Delivery => ({ result: 'failed', reason, retry: false, retryAfterMs: null })

function deliveryOf(status: number, retryAfter: string | string[] | undefined, now: number): Delivery {
  if (status >= 200 && status < 300) return { result: 'delivered' }
  const reason = `status_${status}`
  if (status < 500 && !COME_AGAIN.has(status)) return refused(reason)
  const first = Array.isArray(retryAfter) ? retryAfter[0] : retryAfter
  return { result: 'failed', reason, retry: true, retryAfterMs: waitOf(first, now) }
}

/** Retry-After in seconds or as a date; null when absent or unreadable. */
function waitOf(text: string | undefined, now: number): number | null {
  if (text === undefined) return null
  if (/^\d{1,9}$/.test(text.trim())) return Number(text) * 1000
  const at = Date.parse(text)
  return Number.isNaN(at) ? null : Math.max(0, at - now)
}

function failureOf(error: unknown): Delivery {
  const { name, code } = described(error)
  if (name === 'PrivateAddress') return refused('private_address')
  const reason = name === 'TimeoutError' ? 'timeout' : (code ?? name).toLowerCase()
  return { result: 'failed', reason, retry: true, retryAfterMs: null }
}

/** Errors of sockets carry a code, aborts only a name. */
function described(error: unknown): { name: string; code: string | null } {
  if (typeof error !== 'object' || error === null) return { name: String(error), code: null }
  const name = 'name' in error ? String(error.name) : 'unknown'
  return { name, code: 'code' in error && typeof error.code === 'string' ? error.code : null }
}
