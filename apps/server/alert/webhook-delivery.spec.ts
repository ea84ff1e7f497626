import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type Delivery, type Notice, signature } from '#alert'
import { DrivenClock } from '#testing'
import { publicLookup } from './public-lookup.js'
import { WebhookDelivery, type WebhookOptions } from './webhook-delivery.js'

const NOW = Date.UTC(2026, 0, 5)
const notice = {
  channel: 'ops',
  dedupKey: 'a1.1.firing',
  alertId: 'a1',
  kind: 'firing',
  atMs: NOW,
  body: { version: 1, summary: 'größer' },
} as unknown as Notice

interface Received {
  readonly request: IncomingMessage
  readonly body: string
}

let server: Server
let port: number
let received: Received[]
let answer: (response: ServerResponse) => void
const open: WebhookDelivery[] = []

beforeEach(async () => {
  received = []
  answer = (response) => response.writeHead(204).end()
  server = createServer((request, response) => {
    void receive(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})

afterEach(async () => {
  await Promise.all(open.splice(0).map((webhook) => webhook.close()))
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
})

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  received.push({ request, body: await text(request) })
  answer(response)
}

function webhook(options: Partial<WebhookOptions> = {}): WebhookDelivery {
  const url = `http://127.0.0.1:${port}/hook?x=1`
  const base = { name: 'ops', url, secret: 'a secret of some length', timeoutMs: 5000, allowPrivate: true }
  const made = new WebhookDelivery({ ...base, ...options }, new DrivenClock(NOW))
  open.push(made)
  return made
}

const failed = (reason: string, retry: boolean, retryAfterMs: number | null = null): Delivery => ({
  result: 'failed',
  reason,
  retry,
  retryAfterMs,
})

describe('a delivery', () => {
  it('is one signed POST that a receiver can check', async () => {
    expect(await webhook().send(notice)).toEqual({ result: 'delivered' })
    expect(received).toHaveLength(1)
    const [{ request, body } = { request: undefined, body: '' }] = received
    expect([request?.method, request?.url]).toEqual(['POST', '/hook?x=1'])
    expect(JSON.parse(body)).toEqual(notice.body)
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'x-statusline-delivery': 'a1.1.firing',
      'x-statusline-timestamp': String(NOW / 1000),
      'x-statusline-signature': `v1=${signature('a secret of some length', NOW / 1000, body)}`,
    })
  })

  const answers: readonly (readonly [
    sentence: string,
    status: number,
    retryAfter: string | null,
    delivery: Delivery,
  ])[] = [
    ['any 2xx is a receipt', 201, null, { result: 'delivered' }],
    ['a redirect is not followed', 307, null, failed('status_307', false)],
    ['a refusal is final', 400, null, failed('status_400', false)],
    ['so is a receiver that is gone', 410, null, failed('status_410', false)],
    ['too many requests: later', 429, null, failed('status_429', true)],
    ['when the receiver says, in seconds', 429, '120', failed('status_429', true, 120_000)],
    ['or as a date', 503, new Date(NOW + 60_000).toUTCString(), failed('status_503', true, 60_000)],
    ['nonsense is no wish', 503, 'soon', failed('status_503', true)],
    ['a passing fault of the receiver', 500, null, failed('status_500', true)],
  ]
  it.each(answers)('%s', async (_sentence, status, retryAfter, delivery) => {
    answer = (response) => {
      if (retryAfter !== null) response.setHeader('retry-after', retryAfter)
      response.writeHead(status, { location: '/elsewhere' }).end('body')
    }
    expect(await webhook().send(notice)).toEqual(delivery)
    expect(received).toHaveLength(1)
  })

  it('ends at its time limit when the receiver is silent', async () => {
    answer = () => undefined
    expect(await webhook({ timeoutMs: 100 }).send(notice)).toEqual(failed('timeout', true))
  })

  it('takes the status for the answer when the receiver never finishes it', async () => {
    answer = (response) => response.writeHead(200).write('…')
    expect(await webhook({ timeoutMs: 100 }).send(notice)).toEqual({ result: 'delivered' })
  })

  it('does not read an endless answer', async () => {
    answer = (response) => {
      const chunk = Buffer.alloc(65_536)
      const more = (): void => {
        while (!response.destroyed && response.write(chunk));
        response.once('drain', more)
      }
      response.writeHead(200)
      more()
    }
    expect(await webhook().send(notice)).toEqual({ result: 'delivered' })
  })

  it('may succeed later when nobody listens', async () => {
    expect(await webhook({ url: 'http://127.0.0.1:1/' }).send(notice)).toEqual(failed('econnrefused', true))
  })
})

describe('without leave to reach private networks', () => {
  const hosts = ['127.0.0.1', '0x7f.1', '2130706433', '[::1]', '[::ffff:127.0.0.1]', '169.254.169.254', '10.0.0.1']
  it.each(hosts)('%s is refused without a connection', async (host) => {
    const delivery = await webhook({ allowPrivate: false, url: `http://${host}:${port}/` }).send(notice)
    expect(delivery).toEqual(failed('private_address', false))
    expect(received).toEqual([])
  })

  it('localhost is refused by what it resolves to', async () => {
    const delivery = await webhook({ allowPrivate: false, url: `http://localhost:${port}/` }).send(notice)
    expect(delivery).toEqual(failed('private_address', false))
    expect(received).toEqual([])
  })

  it('a name is asked for once, so that a second answer cannot differ from the one that was checked', async () => {
    let asked = 0
    const resolve: NonNullable<WebhookOptions['resolve']> = (_host, reply) => {
      asked += 1
      reply(null, [{ address: '127.0.0.1', family: 4 }])
    }
    const delivery = await webhook({ allowPrivate: false, url: `http://rebinding.example:${port}/`, resolve }).send(
      notice,
    )
    expect(delivery).toEqual(failed('private_address', false))
    expect(asked).toBe(1)
    expect(received).toEqual([])
  })

  it('a name with a private address beside a public one never reaches the private one', async () => {
    const lookup = publicLookup((_host, reply) =>
      reply(null, [
        { address: '127.0.0.1', family: 4 },
        { address: '8.8.8.8', family: 4 },
      ]),
    )
    const all = await new Promise((resolve) =>
      lookup('mixed.example', { all: true }, (_error, found) => resolve(found)),
    )
    expect(all).toEqual([{ address: '8.8.8.8', family: 4 }])
    const one = await new Promise((resolve) => lookup('mixed.example', {}, (_error, found) => resolve(found)))
    expect(one).toBe('8.8.8.8')
  })

  it('a name that cannot be resolved may be resolved later', async () => {
    const unknown = Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })
    const resolve: NonNullable<WebhookOptions['resolve']> = (_host, reply) => reply(unknown, [])
    const delivery = await webhook({ allowPrivate: false, url: 'http://unknown.example/', resolve }).send(notice)
    expect(delivery).toEqual(failed('enotfound', true))
  })
})
