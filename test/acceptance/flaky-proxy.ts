import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** What becomes of a request: refused with 503, or let through with its reply lost; every other is let through. */
export type Mishap = 'refuse' | 'lose'

/** What a proxy saw of one request. */
export interface Passed {
  readonly mishap: Mishap | null
  /** 0 where the sender got no reply. */
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

/** Stands between a real client and the server, and lets mishaps happen to its first requests. */
export class FlakyProxy {
  /** In the order in which they were answered. */
  readonly passed: Passed[] = []
  private mishaps: Mishap[] = []

  private constructor(
    private readonly server: Server,
    private readonly target: string,
  ) {}

  /** What became of each request, in a word or as the status that the sender got. */
  get fates(): (Mishap | number)[] {
    return this.passed.map(({ mishap, status }) => mishap ?? status)
  }

  static async start(target: string): Promise<FlakyProxy> {
    const server = createServer((incoming, outgoing) => void proxy.handle(incoming, outgoing))
    const proxy = new FlakyProxy(server, target)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return proxy
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  /** What is to become of the next requests, one after another. */
  plan(...mishaps: Mishap[]): void {
    this.mishaps = mishaps
  }

  private async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const mishap = this.mishaps.shift() ?? null
    const { headers } = incoming
    const body = await buffer(incoming)
    if (mishap === 'refuse') {
      this.passed.push({ mishap, status: 503, headers, body })
      outgoing.writeHead(503, { 'retry-after': '1' }).end()
      return
    }
    const reply = await this.forward(incoming, body)
    this.passed.push({ mishap, status: mishap === 'lose' ? 0 : reply.status, headers, body })
    if (mishap === 'lose') outgoing.destroy()
    else outgoing.writeHead(reply.status, reply.headers).end(reply.body)
  }

  private forward({ method, url, headers }: IncomingMessage, body: Buffer): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const { 'transfer-encoding': _chunked, ...kept } = headers
      const sent = request(new URL(url ?? '/', this.target), {
        method: method ?? 'POST',
        headers: { ...kept, host: new URL(this.target).host, 'content-length': body.length },
      })
      sent.on('error', reject)
      sent.on('response', async (reply) => {
        resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body: await buffer(reply) })
      })
      sent.end(body)
    })
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }
}

interface Reply {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}
