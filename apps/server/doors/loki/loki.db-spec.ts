import { gzipSync } from 'node:zlib'
import { compressSync } from 'snappy'
import { accessLine, DOOR_KEY, DoorUnderTest, type SentReply } from '../testing/door-under-test.js'
import { snappyPush, type Stream } from '../testing/loki-push.js'

const KEY = { authorization: `Basic ${Buffer.from(`tenant:${DOOR_KEY}`).toString('base64')}` }
const PROTOBUF = { 'content-type': 'application/x-protobuf' }
const JSON_TYPE = { 'content-type': 'application/json' }

let door: DoorUnderTest

beforeAll(async () => {
  door = await DoorUnderTest.start()
})
afterAll(() => door.stop())

const now = (offset = 0): bigint => BigInt(Date.now()) * 1_000_000n + BigInt(offset)

/** What Promtail sends of an nginx: two streams, times to the nanosecond. */
const promtail = (): Stream[] => [
  [
    '{app="pay", filename="/var/log/nginx/access.log", job="shop/nginx"}',
    [
      [now(1), accessLine(200)],
      [now(2), accessLine(502)],
    ],
  ],
  ['{app="cart"}', [[now(3), '{"status":429}', { trace_id: 't1' }]]],
]

function push(source: string, body: string | Uint8Array, headers: Record<string, string>): Promise<SentReply> {
  return door.send('/loki/api/v1/push', body, { ...KEY, 'x-scope-orgid': source, ...headers })
}

const asJson = (streams: readonly Stream[]): string =>
  JSON.stringify({
    streams: streams.map(([labels, entries]) => ({
      stream: { app: /app="(\w+)"/.exec(labels)?.[1] },
      values: entries.map(([time, line]) => [String(time), line]),
    })),
  })

const told = ({ status, headers, text }: SentReply) => [status, headers.get('content-length'), text]

describe('Loki', () => {
  it.each<[string, (streams: Stream[]) => string | Uint8Array, Record<string, string>]>([
    ['snappy-without-a-word', snappyPush, PROTOBUF],
    ['snappy-by-name', snappyPush, { ...PROTOBUF, 'content-encoding': 'snappy' }],
    ['json', asJson, JSON_TYPE],
    ['json-in-gzip', (streams) => gzipSync(asJson(streams)), { ...JSON_TYPE, 'content-encoding': 'gzip' }],
  ])('counts %s by the labels of its streams', async (name, encode, headers) => {
    const reply = await push(name, encode(promtail()), headers)
    expect([reply.status, reply.text]).toEqual([204, ''])
    expect(await door.counts(name, 3)).toEqual({ 'pay 200': 1, 'pay 502': 1, 'cart 429': 1 })
  })

  it.each<[string, Record<string, string>, () => string | Uint8Array, Record<string, number>]>([
    [
      'promtail/3.4.2',
      PROTOBUF,
      () => snappyPush([['{filename="/var/log/nginx/access.log", job="varlogs"}', [[now(1), accessLine(200)]]]]),
      { 'varlogs 200': 1 },
    ],
    [
      'Alloy/v1.8.3',
      PROTOBUF,
      () =>
        snappyPush([
          [
            '{container="nginx", job="shop/edge", namespace="shop", pod="edge-1", service_name="edge"}',
            [[now(1), `${new Date().toISOString()} stdout F ${accessLine(404)}`, { request_id: 'r1' }]],
          ],
        ]),
      { 'edge 404': 1 },
    ],
    [
      'Vector/0.46.1 (x86_64-unknown-linux-gnu)',
      { ...PROTOBUF, 'content-encoding': 'snappy' },
      () =>
        snappyPush([['{forwarder="vector"}', [[now(1), JSON.stringify({ message: accessLine(502), host: 'pay' })]]]]),
      { 'Vector 502': 1 },
    ],
    [
      'Fluent-Bit',
      JSON_TYPE,
      () => {
        const line = JSON.stringify({ log: accessLine(429), kubernetes: { pod_name: 'edge-1' } })
        return JSON.stringify({
          streams: [{ stream: { job: 'fluentbit', app: 'edge' }, values: [[`${now()}`, line]] }],
        })
      },
      { 'edge 429': 1 },
    ],
    [
      'loki-docker-driver/3.4.2',
      PROTOBUF,
      () =>
        snappyPush([
          [
            '{compose_project="shop", compose_service="edge", container_name="shop-edge-1", host="node-1", source="stdout"}',
            [[now(1), accessLine(503)]],
          ],
        ]),
      { 'edge 503': 1 },
    ],
  ])('counts what %s sends, and answers 204', async (agent, headers, body, counts) => {
    const tenant = agent.split('/')[0]!
    const reply = await push(tenant, body(), { ...headers, 'user-agent': agent })
    expect([reply.status, reply.text]).toEqual([204, ''])
    expect(await door.counts(tenant, 1)).toEqual(counts)
  })

  it('takes the older address, and its own name for the source', async () => {
    const older = await door.send('/api/prom/push', snappyPush(promtail()), { ...KEY, ...PROTOBUF })
    expect(older.status).toBe(204)
    expect(await door.ledger('loki', 3)).toEqual({ accepted: 3, duplicate: 0, rejected: 0 })
  })

  it('keeps a bad line out of the way of the others', async () => {
    const lines: Stream = [
      '{app="pay"}',
      [
        [now(1), accessLine(200)],
        [now(2), 'nonsense'],
        [now(3), accessLine(502)],
      ],
    ]
    expect((await push('bad', snappyPush([lines]), PROTOBUF)).status).toBe(204)
    expect(await door.ledger('bad', 3)).toEqual({ accepted: 2, duplicate: 0, rejected: 1 })
  })

  it('counts a push that is sent again once', async () => {
    const body = snappyPush(promtail())
    for (let i = 0; i < 2; i++) expect((await push('again', body, PROTOBUF)).status).toBe(204)
    expect(await door.ledger('again', 6)).toEqual({ accepted: 3, duplicate: 3, rejected: 0 })
  })

  it.each<[string, string | Uint8Array, Record<string, string>, number, string]>([
    ['no key', '{}', { ...JSON_TYPE, authorization: '' }, 401, 'send an API key'],
    ['a wrong key', '{}', { ...JSON_TYPE, authorization: 'Bearer wrong' }, 401, 'send an API key'],
    ['JSON that is none', '{"streams"', JSON_TYPE, 400, 'the body is not the JSON'],
    ['snappy that is none', 'nonsense', PROTOBUF, 400, 'the body is not valid snappy'],
    ['protobuf that is none', compressSync('nonsense'), PROTOBUF, 400, 'the body is no log'],
    ['an unknown encoding', '{}', { ...JSON_TYPE, 'content-encoding': 'compress' }, 415, 'Content-Encoding may be'],
  ])('refuses %s in one line of text', async (_what, body, headers, status, message) => {
    const reply = await push('no', body, headers)
    expect([reply.status, reply.headers.get('content-type')]).toEqual([status, 'text/plain; charset=utf-8'])
    expect(reply.text).toMatch(new RegExp(`^${message}.*\n$`))
  })

  it('asks for another try while nothing can be made durable', async () => {
    await door.withoutDatabase(async () => {
      const reply = await push('later', snappyPush(promtail()), PROTOBUF)
      expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '1'])
      expect(reply.text).toBe('the batch cannot be made durable now; send it again\n')
    })
  })

  it('answers what shippers and Grafana ask', async () => {
    expect(told(await door.send('/ready', undefined))).toEqual([200, '6', 'ready\n'])
    const labels = await door.send('/loki/api/v1/labels', undefined, KEY)
    expect([labels.status, JSON.parse(labels.text)]).toEqual([200, { status: 'success', data: [] }])
    expect((await door.send('/loki/api/v1/labels', undefined)).status).toBe(401)
  })
})
