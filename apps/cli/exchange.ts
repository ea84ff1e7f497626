import { Agent as HttpAgent, request as overHttp, type IncomingHttpHeaders, type RequestOptions } from 'node:http'
import { Agent as HttpsAgent, request as overHttps } from 'node:https'
import { text } from 'node:stream/consumers'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export interface Exchange {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | string | undefined
  readonly signal: AbortSignal
  /** Called once the whole request has left for the network. */
  readonly sent?: (() => void) | undefined
}

const httpAgent = new HttpAgent({ keepAlive: true })
const httpsAgent = new HttpsAgent({ keepAlive: true })

/**
 * One request and its answer. Not `fetch`, which copies a body twice before it sends it: the bytes of a large file went to the
 * garbage collector for a third of the time. Redirects are answers like any other, because a key must not follow them.
 */
export async function exchange(address: URL, { method, headers, body, signal, sent }: Exchange): Promise<Answer> {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  const length = bytes === undefined ? {} : { 'content-length': String(bytes.length) }
  const options: RequestOptions = { method, headers: { ...headers, ...length }, signal }
  const request =
    address.protocol === 'https:'
      ? overHttps(address, { ...options, agent: httpsAgent })
      : overHttp(address, { ...options, agent: httpAgent })
  return new Promise<Answer>((resolve, reject) => {
    request.on('error', reject)
    if (sent !== undefined) request.on('finish', sent)
    request.on('response', (response) => {
      text(response).then(
        (told) => resolve({ status: response.statusCode ?? 0, headers: response.headers, text: told }),
        reject,
      )
    })
    request.end(bytes)
  })
}
