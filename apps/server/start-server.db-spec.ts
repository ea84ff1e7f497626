import { Client } from 'pg'
import { pollUntil, testDatabase, type TestDatabase } from '#testing'
import { sendRaw, startServerUnderTest, type ServerUnderTest } from './testing/server-under-test.js'

let database: TestDatabase
const running: ServerUnderTest[] = []

beforeEach(async () => {
  database = await testDatabase()
})

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop()
  await database.drop()
})

async function start(env: Record<string, string> = {}): Promise<ServerUnderTest> {
  const server = await startServerUnderTest({ DATABASE_URL: database.url, ...env })
  running.push(server)
  return server
}

async function stop(server: ServerUnderTest): Promise<void> {
  running.splice(running.indexOf(server), 1)
  await server.stop()
}

async function post(server: ServerUnderTest, path: string, body: string): Promise<Record<string, unknown>> {
  const reply = await fetch(server.url + path, { method: 'POST', body })
  return (await reply.json()) as Record<string, unknown>
}

const metricsOf = async (server: ServerUnderTest, scope: string): Promise<string> =>
  (await fetch(`${server.url}/metrics?scope=${scope}`)).text()

/** Waits until `line` stands in the metrics, and returns them all. */
function untilMetrics(server: ServerUnderTest, scope: string, line: string): Promise<string> {
  return pollUntil(
    async () => {
      const text = await metricsOf(server, scope)
      return text.includes(`${line}\n`) ? text : null
    },
    { deadlineMs: 20_000, what: line },
  )
}

const LABELS = 'source="edge",gateway="edge",service="shop",class="server_error",code="503",outcome="server_error"'
let next = 0
const events = (count: number): string =>
  Array.from({ length: count }, () => {
    const request_id = `r${next++}`
    return JSON.stringify({
      ts: Date.now(),
      status: 503,
      service: 'shop',
      path: '/cart/7',
      duration_ms: 12,
      request_id,
    })
  }).join('\n')

describe('a server', () => {
  it('counts a batch once, however often it is sent, and keeps the books', async () => {
    const server = await start()
    const body = `${events(9)}\n{"status":1000}`
    expect(await post(server, '/v1/ingest/edge', body)).toMatchObject({ accepted: 9, rejected: 1 })
    expect(await post(server, '/v1/ingest/edge', body)).toMatchObject({ accepted: 0, duplicate: 10 })
    await untilMetrics(server, 'traffic', `gateway_http_requests_total{${LABELS}} 9`)
    const self = await untilMetrics(server, 'self', 'statusline_events_total{source="edge",result="duplicate"} 10')
    expect(self).toContain('statusline_events_total{source="edge",result="accepted"} 9\n')
    expect(self).toContain('statusline_events_total{source="edge",result="rejected"} 1\n')
    expect(self).toContain('statusline_ingest_requests_total{door="generic",reason="accepted"} 2\n')
  })

  it('folds everything before it is gone, and tells the same numbers after a restart and beside another one', async () => {
    const first = await start()
    const sent = Array.from({ length: 20 }, () => post(first, '/v1/ingest/edge', events(50)))
    const accepted = (await Promise.all(sent)).reduce((sum, reply) => sum + Number(reply['accepted']), 0)
    expect(accepted).toBe(1_000)
    await stop(first)
    const { rows } = await database.pool.query<{ waiting: number }>('SELECT count(*)::int AS waiting FROM journal')
    expect(rows[0]?.waiting).toBe(0)
    const second = await start()
    const third = await start({ STATUSLINE_ROLE: 'query' })
    const [left, right] = [await metricsOf(second, 'traffic'), await metricsOf(third, 'traffic')]
    expect(left).toContain(`gateway_http_requests_total{${LABELS}} 1000\n`)
    expect(right).toBe(left)
  })

  it('answers the requests that were under way when it was told to stop, and no others', async () => {
    const server = await start()
    const body = events(1)
    const head = `POST /v1/ingest/edge HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n`
    let finish: (() => void) | undefined
    const reply = sendRaw(server.port, head + body, {
      send: (socket, bytes) => {
        socket.write(bytes.subarray(0, head.length + 5))
        finish = () => void socket.write(bytes.subarray(head.length + 5))
      },
    })
    await untilMetrics(server, 'self', 'statusline_bodies 1')
    const stopped = stop(server)
    await pollUntil(
      async () => (await sendRaw(server.port, 'GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n')).status !== 200,
      {
        deadlineMs: 10_000,
        what: 'the server to take no more requests',
      },
    )
    finish?.()
    expect(await reply).toMatchObject({ status: 202 })
    await stopped
  })

  it('counts rejected records after the cause is mended, of whatever age, once', async () => {
    const before = await start()
    const old = '9.9.9.9 - - [23/Nov/2023:02:00:00 +0000] "GET /a?token=x HTTP/1.1" 503 5 "-" "-"'
    expect(await post(before, '/v1/ingest/edge?format=json', old)).toMatchObject({ accepted: 0, rejected: 1 })
    expect(await post(before, '/v1/ingest/edge?format=combined', old)).toMatchObject({
      errors: [{ reason: 'too_old' }],
    })
    const list = (await (await fetch(`${before.url}/v1/rejects?source=edge`)).json()) as {
      rejects: { record: string; reason: string; replayedAt: string | null }[]
    }
    expect(list.rejects.map(({ reason }) => reason)).toEqual(['too_old', 'unreadable'])
    expect(list.rejects[0]?.record).not.toMatch(/9\.9\.9\.9|token/)
    const replay = async (): Promise<unknown> =>
      (await fetch(`${before.url}/v1/rejects/replay?reason=too_old`, { method: 'POST' })).json()
    expect(await replay()).toEqual({ accepted: 1, rejected: 0, duplicate: 0 })
    expect(await replay()).toEqual({ accepted: 0, rejected: 0, duplicate: 0 })
    const text = await untilMetrics(
      before,
      'traffic',
      'gateway_http_backfilled_requests_total{source="edge",gateway="edge",service="edge",class="server_error",code="503",outcome="server_error"} 1',
    )
    expect(text).toContain('code="503",outcome="server_error"} 0\n')
  })

  it('does only the work of its role', async () => {
    const query = await start({ STATUSLINE_ROLE: 'query' })
    expect((await fetch(`${query.url}/v1/ingest`, { method: 'POST', body: '{}' })).status).toBe(404)
    const ingest = await start({ STATUSLINE_ROLE: 'ingest' })
    expect(await post(ingest, '/v1/ingest/edge', events(3))).toMatchObject({ accepted: 3 })
    expect((await fetch(`${ingest.url}/v1/sources`)).status).toBe(404)
    await start({ STATUSLINE_ROLE: 'fold' })
    await untilMetrics(query, 'traffic', `gateway_http_requests_total{${LABELS}} 3`)
  })

  it('requires keys from the moment the first one is made, on every replica', async () => {
    const one = await start()
    const two = await start()
    const made = await fetch(`${one.url}/v1/keys`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'first', scopes: ['admin'] }),
    })
    expect(made.status).toBe(201)
    expect((await fetch(`${one.url}/metrics`)).status).toBe(401)
    await pollUntil(async () => (await fetch(`${two.url}/metrics`)).status === 401, {
      deadlineMs: 20_000,
      what: 'the other replica to notice',
    })
  })

  it('names every request in its reply, and those that fail in the log', async () => {
    const server = await start()
    const own = await fetch(`${server.url}/healthz`, { headers: { 'x-request-id': 'abc-123' } })
    expect(own.headers.get('x-request-id')).toBe('abc-123')
    const forged = await fetch(`${server.url}/healthz`, { headers: { 'x-request-id': 'a b"}' } })
    expect(forged.headers.get('x-request-id')).toMatch(/^[\w-]+$/)
    expect(own.headers.get('server')).toBeNull()
    expect(own.headers.get('x-powered-by')).toBeNull()
    expect(own.headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('answers 503 while the database is away, counts nothing of it, and goes on by itself', async () => {
    const server = await start()
    expect(await post(server, '/v1/ingest/edge', events(1))).toMatchObject({ accepted: 1 })
    await untilMetrics(server, 'traffic', `gateway_http_requests_total{${LABELS}} 1`)
    const lost = events(1)
    await withoutDatabase(async () => {
      const reply = await fetch(`${server.url}/v1/ingest/edge`, { method: 'POST', body: lost })
      expect(reply.status).toBe(503)
      expect(reply.headers.get('retry-after')).toBe('1')
      expect(await reply.json()).toMatchObject({ code: 'not_durable' })
      await pollUntil(async () => (await fetch(`${server.url}/readyz`)).status === 503, {
        deadlineMs: 20_000,
        what: 'readiness to end',
      })
      await pollUntil(async () => (await fetch(`${server.url}/metrics`)).status === 503, {
        deadlineMs: 20_000,
        what: 'the held metrics to grow old',
      })
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    })
    await pollUntil(async () => (await post(server, '/v1/ingest/edge', lost))['accepted'] === 1, {
      deadlineMs: 20_000,
      what: 'the database to be found again',
    })
    await untilMetrics(server, 'traffic', `gateway_http_requests_total{${LABELS}} 2`)
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
  })
})

/** Cuts every connection to the test's database, and lets no new one in until `work` is done. */
async function withoutDatabase(work: () => Promise<void>): Promise<void> {
  const url = new URL(database.url)
  const name = url.pathname.slice(1)
  url.pathname = '/postgres'
  const admin = new Client(url.href)
  await admin.connect()
  database.pool.on('error', () => undefined)
  try {
    await admin.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS false`)
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name])
    await work()
  } finally {
    await admin.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS true`)
    await admin.end()
  }
}
