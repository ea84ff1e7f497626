import { setTimeout as wait } from 'node:timers/promises'
import { ServerRefusal, ServerUnreachable, type ServerClient } from '../server-client.js'
import { tailDigest, tailOf, type KnownFile, type Position } from './file-identity.js'

/** What the server made of one batch. */
export interface BatchReply {
  readonly accepted: number
  readonly duplicate: number
  readonly rejected: number
  readonly errors: readonly { readonly index: number; readonly reason: string }[]
  /** Of a replay: how many events are older than the server's `retention.daysYears`; absent: none. */
  readonly tooOld?: number
  readonly daysYears?: number
  /** End offset that the server now holds for the file. */
  readonly end?: number
}

export interface SenderOptions {
  readonly source: string | undefined
  readonly format: string | undefined
  /** Loads old logs: any age that retention holds, never alerted. */
  readonly replay: boolean
  /** Give up after this long without an answer, ms; Infinity keeps trying. */
  readonly giveUpAfterMs: number
  readonly signal: AbortSignal
  /** Told before each wait. */
  readonly onRetry: (reason: string, waitMs: number) => void
}

/** The batch was refused for good; the message says what to change. */
export class BatchRefused extends Error {
  override readonly name = 'BatchRefused'
}

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 30_000

/** Sends batches and stays with each until the server took it, refused it for good, or the time to give up has come. */
export class Sender {
  constructor(
    private readonly client: ServerClient,
    private readonly options: SenderOptions,
  ) {}

  /** What the server remembers of a file, or null. */
  async lookUp(fingerprint: string): Promise<KnownFile | null> {
    const { source, signal } = this.options
    return this.persist(async () => {
      try {
        const query = source === undefined ? '' : `?source=${encodeURIComponent(source)}`
        return await this.client.json<KnownFile>(`/v1/files/${fingerprint}${query}`, { signal })
      } catch (error) {
        if (error instanceof ServerRefusal && error.status === 404) return null
        throw error
      }
    })
  }

  /** Sends the bytes of a file behind `from`; null: they do not continue the file that is stored under this name. */
  async sendSpan({ fingerprint, end, tail }: Position, body: Uint8Array, sent: () => void): Promise<BatchReply | null> {
    const headers = {
      'x-statusline-file': fingerprint,
      'x-statusline-range': `${end}-${end + body.length}`,
      'x-statusline-tail': tailDigest(tailOf(tail, body)),
      'x-statusline-previous-tail': tailDigest(tail),
    }
    return this.persist(async () => {
      try {
        return await this.post(body, headers, sent)
      } catch (error) {
        if (error instanceof ServerRefusal && error.status === 409) return null
        throw error
      }
    })
  }

  /** Sends a batch that belongs to no file, under its own key. */
  async sendKeyed(key: string, body: Uint8Array): Promise<BatchReply> {
    return this.persist(() => this.post(body, { 'idempotency-key': key }))
  }

  private post(body: Uint8Array, headers: Record<string, string>, sent?: () => void): Promise<BatchReply> {
    const { source, format, replay, signal } = this.options
    return this.client.json<BatchReply>(
      source === undefined ? '/v1/ingest' : `/v1/ingest/${encodeURIComponent(source)}`,
      {
        method: 'POST',
        body,
        signal,
        ...(sent === undefined ? {} : { sent }),
        headers: {
          'content-type': 'text/plain',
          ...(format === undefined ? {} : { 'x-statusline-format': format }),
          ...(replay ? { 'x-statusline-replay': '1' } : {}),
          ...headers,
        },
      },
    )
  }

  private async persist<T>(attempt: () => Promise<T>): Promise<T> {
    let waited = 0
    for (let wanted = FIRST_WAIT_MS; ; wanted = Math.min(wanted * 2, LONGEST_WAIT_MS)) {
      try {
        return await attempt()
      } catch (error) {
        if (!isPassing(error)) throw forGood(error)
        const waitMs = (error instanceof ServerRefusal && error.retryAfterMs) || wanted * (0.75 + Math.random() / 2)
        if (waited + waitMs > this.options.giveUpAfterMs) throw forGood(error)
        this.options.onRetry((error as Error).message, waitMs)
        await wait(waitMs, undefined, { signal: this.options.signal })
        waited += waitMs
      }
    }
  }
}

function isPassing(error: unknown): boolean {
  if (error instanceof ServerUnreachable) return true
  return error instanceof ServerRefusal && [408, 429, 500, 502, 503, 504].includes(error.status)
}

function forGood(error: unknown): unknown {
  if (error instanceof ServerRefusal) return new BatchRefused(`${error.message} (${error.status} ${error.code})`)
  return error
}
