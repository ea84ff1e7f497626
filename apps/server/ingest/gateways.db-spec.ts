import { gzipSync } from 'node:zlib'
import { DOOR_KEY, DoorUnderTest } from '../doors/testing/door-under-test.js'
import { BASIC, counted, KEY, taken } from '../doors/testing/generic-reply.js'

// Requests as these gateways make them, where they themselves cannot be had.

let door: DoorUnderTest

beforeAll(async () => {
  door = await DoorUnderTest.start()
})
afterAll(() => door.stop())

const send = (source: string, body: string | Uint8Array, headers: Record<string, string>, method = 'POST') =>
  door.send(`/v1/ingest/${source}`, body, { ...KEY, ...headers }, method)

const logpushRecord = (ray: string, status: number) => ({
  ClientRequestHost: 'shop.example',
  ClientRequestMethod: 'GET',
  ClientRequestURI: '/a?x=1',
  EdgeEndTimestamp: Date.now() * 1e6,
  EdgeResponseStatus: status,
  EdgeStartTimestamp: (Date.now() - 20) * 1e6,
  RayID: ray,
})
const ndjson = (...records: object[]) => gzipSync(records.map((each) => `${JSON.stringify(each)}\n`).join(''))

describe("Cloudflare's Logpush", () => {
  /** What `?header_Authorization=` of the destination makes of itself. */
  const headers = { ...BASIC, 'content-encoding': 'gzip', 'content-type': 'text/plain' }

  it('may upload the file by which it finds out whether it may', async () => {
    for (const encoding of ['gzip', ''])
      expect(
        counted(await send('logpush', gzipSync('{"content":"tests"}'), { ...headers, 'content-encoding': encoding })),
      ).toMatchObject(taken(0, 1))
    const { text } = await door.send('/v1/rejects?source=logpush', undefined, KEY)
    expect(JSON.parse(text)).toEqual({ rejects: [], next: null })
  })

  it('is counted, once when it tries again', async () => {
    const body = ndjson(logpushRecord('8e6f0c1d2b3a4f01', 200), logpushRecord('8e6f0c1d2b3a4f02', 522))
    expect(counted(await send('rays', body, headers))).toMatchObject(taken(2))
    expect(counted(await send('rays', body, headers))).toMatchObject(taken(0, 0, 2))
    expect(await door.counts('rays', 2)).toEqual({ 'shop.example 200': 1, 'shop.example 522': 1 })
  })
})

const fastlyEntry = (status: number) => ({
  timestamp: new Date().toISOString(),
  host: 'shop.example',
  request_method: 'GET',
  url: '/a',
  response_status: status,
  fastly_is_edge: true,
})

describe('Fastly', () => {
  it('is answered its challenge, without a key', async () => {
    const reply = await door.send('/.well-known/fastly/logging/challenge', undefined)
    expect([reply.status, reply.text.split('\n')[0], reply.headers.get('content-type')]).toEqual([
      200,
      '*',
      'text/plain; charset=utf-8',
    ])
  })

  it.each([
    ['none', 'PUT', JSON.stringify(fastlyEntry(200)) + JSON.stringify(fastlyEntry(503))],
    ['newline', 'POST', `${JSON.stringify(fastlyEntry(200))}\n${JSON.stringify(fastlyEntry(503))}\n`],
    ['array', 'POST', JSON.stringify([fastlyEntry(200), fastlyEntry(503)])],
  ])('is counted with the placement %s', async (format, method, body) => {
    const source = `fastly-${format}`
    expect(counted(await send(source, body, { 'content-type': 'text/plain' }, method))).toMatchObject(taken(2))
    expect(await door.counts(source, 2)).toEqual({ 'shop.example 200': 1, 'shop.example 503': 1 })
  })
})

const kongEntry = (status: number, id?: string) => ({
  latencies: { request: 12, kong: 1, proxy: 11 },
  service: { id: 's-1', name: 'pay', host: 'pay.internal' },
  route: { id: 'r-1', name: 'orders' },
  request: {
    method: 'GET',
    uri: '/orders/7?x=1',
    url: 'http://shop.example/orders/7',
    headers: {},
    size: 80,
    ...(id && { id }),
  },
  response: { status, size: 512, headers: {} },
  upstream_status: String(status),
  started_at: Date.now() - 12,
  client_ip: '192.0.2.6',
  source: 'upstream',
  tries: [],
})

describe("Kong's http-log", () => {
  const headers = {
    ...BASIC,
    'content-type': 'application/json',
    'user-agent': 'lua-resty-http/0.17.1 (Lua) ngx_lua/10026',
  }

  it('is counted as one object, and as an array', async () => {
    expect(counted(await send('kong', JSON.stringify(kongEntry(200)), headers))).toMatchObject(taken(1))
    expect(counted(await send('kong', JSON.stringify([kongEntry(502), kongEntry(429)]), headers, 'PUT'))).toMatchObject(
      taken(2),
    )
    expect(await door.counts('kong', 3)).toEqual({ 'pay 200': 1, 'pay 502': 1, 'pay 429': 1 })
  })

  it('counts once what it sends again, where its entries have request ids; else at least once', async () => {
    const known = JSON.stringify(kongEntry(200, 'a'.repeat(32)))
    const unknown = JSON.stringify(kongEntry(200))
    for (const [body, duplicate] of [
      [known, 1],
      [unknown, 0],
    ] as const) {
      await send('kong-again', body, headers)
      expect(counted(await send('kong-again', body, headers))).toMatchObject(taken(1 - duplicate, 0, duplicate))
    }
  })

  it('is not held up by a bad entry, which it would send for a minute', async () => {
    const body = JSON.stringify([kongEntry(200), { latencies: {} }, kongEntry(201)])
    expect(counted(await send('kong-bad', body, headers))).toMatchObject(taken(2, 1))
  })
})

const apisixEntry = (status: number) => ({
  route_id: 'orders',
  service_id: 'pay',
  client_ip: '192.0.2.6',
  start_time: Date.now() - 12,
  latency: 12.5,
  upstream_latency: 10,
  apisix_latency: 2.5,
  upstream: '10.0.0.7:80',
  request: {
    method: 'GET',
    uri: '/orders/7',
    url: 'http://shop.example:9080/orders/7',
    headers: { host: 'shop.example' },
    querystring: {},
    size: 80,
  },
  response: { status, headers: { 'content-type': 'text/plain' }, size: 512 },
  server: { hostname: 'gw', version: '3.9.0' },
})

describe("APISIX's http-logger", () => {
  it.each([
    ['one object', JSON.stringify(apisixEntry(200)), 'application/json', 1],
    ['an array', JSON.stringify([apisixEntry(200), apisixEntry(502)]), 'application/json', 2],
    ['lines', `${JSON.stringify(apisixEntry(200))}\n${JSON.stringify(apisixEntry(502))}`, 'text/plain', 2],
  ])('is counted as %s', async (what, body, type, events) => {
    const source = `apisix-${what.replace(' ', '-')}`
    // auth_header is sent as it is written, and the host without its port.
    const headers = { authorization: DOOR_KEY, 'x-api-key': DOOR_KEY, 'content-type': type }
    expect(counted(await send(source, body, headers))).toMatchObject(taken(events))
    expect(await door.counts(source, events)).toMatchObject({ 'pay 200': 1 })
  })
})
