import { createHmac, timingSafeEqual } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ServerProcess, pollUntil } from '#testing'
import { totalsOf } from '../faults/totals.js'

const SECRET = 'a-secret-of-the-receiver'
const HISTORY_MS = 10 * 60_000
const SPIKE_MS = 120_000
const BODY_MS = 10_000

interface Notice {
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly atMs: number
}

let server: ServerProcess
let receiver: Server
let folder: string
const notices: Notice[] = []

beforeAll(async () => {
  receiver = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      notices.push({ headers: request.headers, body, atMs: Date.now() })
      // The first delivery of all fails: it must come again.
      response.writeHead(notices.length === 1 ? 503 : 204).end()
    })
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const { port } = receiver.address() as AddressInfo
  folder = await mkdtemp(join(tmpdir(), 'statusline-alert-'))
  const config = join(folder, 'statusline.yaml')
  const webhook = `{ name: ops, url: 'http://127.0.0.1:${port}/hook', secret: ${SECRET}, allowPrivate: true }`
  await writeFile(config, `alert:\n  webhooks:\n    - ${webhook}\n`)
  server = await ServerProcess.start({ STATUSLINE_CONFIG: config })
})
afterAll(async () => {
  await server.remove()
  receiver.closeAllConnections()
  receiver.close()
  await rm(folder, { recursive: true })
})

const isGenuine = ({ headers, body }: Notice): boolean => {
  const expected = `v1=${createHmac('sha256', SECRET).update(`${headers['x-statusline-timestamp']}.${body}`).digest('hex')}`
  const given = String(headers['x-statusline-signature'])
  return given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected))
}

interface Told {
  readonly kind: string
  readonly alert: {
    readonly service: string
    readonly track: string
    readonly evidence: { readonly bad: number; readonly total: number; readonly rate: number }
  }
}

const told = (notice: Notice) => JSON.parse(notice.body) as Told

/** Ten requests a second and service, from `from` to before `to`; from `spikeAt` on two of the three services are in trouble. */
function traffic(from: number, to: number, spikeAt: number): string {
  const lines: string[] = []
  for (let at = from; at < to; at += 100) {
    const n = Math.floor(at / 100)
    const isSpike = at >= spikeAt
    const event = (service: string, status: number) =>
      lines.push(
        JSON.stringify({ ts: at, service, path: '/pay', method: 'POST', status, request_id: `${service}-${n}` }),
      )
    event('calm', n % 500 === 0 ? 500 : 200)
    event('checkout', isSpike && n % 3 === 0 ? 502 : 200)
    event('search', isSpike && n % 2 === 0 ? 429 : 200)
  }
  return lines.join('\n')
}

/** The last ten minutes, ten seconds in each body. In the spike each is counted before the next comes, as if time went by. */
async function sendHistory(): Promise<void> {
  const now = Date.now()
  let sent = 0
  for (let from = now - HISTORY_MS; from < now; from += BODY_MS) {
    const { accepted } = await server.json<{ accepted: number }>(
      '/v1/ingest/edge',
      traffic(from, from + BODY_MS, now - SPIKE_MS),
    )
    sent += accepted
    if (from < now - SPIKE_MS) continue
    await pollUntil(async () => (await totalsOf(server, 'edge')).count >= sent, {
      deadlineMs: 60_000,
      what: 'ten seconds of the spike to be counted',
    })
  }
}

it('fires for a spike of server errors and a flood of 429, tells the webhook, and shows why', async () => {
  await sendHistory()
  // A source speaks on: the watermark is its latest event.
  await pollUntil(
    async () => {
      await server.json('/v1/ingest/edge', JSON.stringify({ ts: Date.now(), service: 'calm', status: 200 }))
      return new Set(notices.slice(1).map((notice) => told(notice).alert.service)).size >= 2
    },
    { deadlineMs: 240_000, everyMs: 500, what: 'both alerts to be told' },
  )
  for (const notice of notices) {
    expect(isGenuine(notice)).toBe(true)
    expect(Math.abs(notice.atMs / 1_000 - Number(notice.headers['x-statusline-timestamp']))).toBeLessThan(120)
  }
  const [first, ...rest] = notices
  expect(rest.map(({ headers }) => headers['x-statusline-delivery'])).toContain(first!.headers['x-statusline-delivery'])
  const alerts = rest.map(told).map(({ kind, alert }) => ({ kind, service: alert.service, track: alert.track }))
  expect(alerts).toContainEqual({ kind: 'firing', service: 'checkout', track: 'server_error' })
  expect(alerts).toContainEqual({ kind: 'firing', service: 'search', track: 'throttled' })
  for (const { alert } of rest.map(told)) {
    expect(alert.evidence.rate).toBeCloseTo(alert.evidence.bad / alert.evidence.total, 9)
    expect(alert.evidence.rate).toBeGreaterThan(0.1)
  }
})

it('shows the same alerts with their evidence by GraphQL and REST, and none of the calm service', async () => {
  const { alerts } = await server.graphql<{
    alerts: {
      nodes: {
        id: string
        state: string
        track: string
        service: string
        evidence: {
          bad: number
          total: number
          rate: number
          top: { route: string; code: number }[]
          samples: { requestId: string }[]
        }
      }[]
    }
  }>(
    `{ alerts(state: [FIRING]) { nodes { id state track service
         evidence { bad total rate top { route code } samples { requestId } } } } }`,
  )
  expect(alerts.nodes.map(({ service, track }) => `${service} ${track}`).toSorted()).toEqual([
    'checkout SERVER_ERROR',
    'search THROTTLED',
  ])
  const checkout = alerts.nodes.find(({ service }) => service === 'checkout')!
  expect(checkout.evidence.top[0]).toEqual({ route: '/pay', code: 502 })
  expect(checkout.evidence.samples[0]!.requestId).toMatch(/^checkout-\d+$/)
  const alert = await server.json<{ id: string; state: string }>(`/v1/alerts/${checkout.id}`)
  expect(alert).toMatchObject({ id: checkout.id, state: 'FIRING' })
  expect(await server.text('/metrics')).toMatch(/^statusline_alerts\{state="firing"\} 2$/m)
})

it('has the alerts after a restart, and tells nobody again', async () => {
  const before = notices.length
  expect(await server.end('SIGTERM')).toBe(0)
  await server.start()
  await pollUntil(
    async () => {
      await server.json('/v1/ingest/edge', JSON.stringify({ ts: Date.now(), service: 'calm', status: 200 }))
      return /^statusline_alerts\{state="firing"\} 2$/m.test(await server.text('/metrics'))
    },
    { deadlineMs: 60_000, everyMs: 500, what: 'both alerts to be there' },
  )
  expect(notices.slice(before).map(({ body }) => body)).toEqual([])
})
