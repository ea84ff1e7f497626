import { gzipSync } from 'node:zlib'
import { accessLine, DOOR_KEY, DoorUnderTest, type SentReply } from '../testing/door-under-test.js'
import { asProtobuf, exportRequest, pairs, wrapped, type JsonRecord } from '../testing/otlp-request.js'

const JSON_TYPE = 'application/json'
const PROTOBUF_TYPE = 'application/x-protobuf'
const KEY = { authorization: `Bearer ${DOOR_KEY}` }

let door: DoorUnderTest

beforeAll(async () => {
  door = await DoorUnderTest.start()
})
afterAll(() => door.stop())

const nowNs = (offset = 0): string => `${BigInt(Date.now()) * 1_000_000n + BigInt(offset)}`
const line = (status: number): JsonRecord => ({ timeUnixNano: nowNs(123), body: wrapped(accessLine(status)) })
const attributes = (status: number): JsonRecord => ({
  timeUnixNano: nowNs(),
  attributes: pairs({ 'http.response.status_code': status, 'http.request.method': 'GET', 'http.route': '/a' }),
})

function send(
  source: string,
  records: readonly JsonRecord[],
  headers: Record<string, string> = {},
  resource: Record<string, unknown> = { 'service.name': 'pay' },
): Promise<SentReply> {
  const body = exportRequest(records, resource)
  const isJson = headers['content-type'] === JSON_TYPE
  const bytes = isJson ? Buffer.from(JSON.stringify(body)) : asProtobuf(body)
  const sent = headers['content-encoding'] === 'gzip' ? gzipSync(bytes) : bytes
  return door.send('/v1/logs', sent, { 'content-type': PROTOBUF_TYPE, 'x-scope-orgid': source, ...KEY, ...headers })
}

const told = ({ status, headers, text }: SentReply) => [
  status,
  headers.get('content-type'),
  headers.get('content-length'),
  text,
]

describe('OTLP', () => {
  it.each([
    ['protobuf', { 'content-type': PROTOBUF_TYPE }, [200, PROTOBUF_TYPE, '0', '']],
    ['JSON', { 'content-type': JSON_TYPE }, [200, JSON_TYPE, '2', '{}']],
    ['gzip', { 'content-type': PROTOBUF_TYPE, 'content-encoding': 'gzip' }, [200, PROTOBUF_TYPE, '0', '']],
  ])('counts lines and attributes from %s, and answers in the same', async (name, headers, reply) => {
    const records = [line(200), line(502), attributes(429), attributes(200)]
    expect(told(await send(`otlp-${name}`, records, headers))).toEqual(reply)
    expect(await door.counts(`otlp-${name}`, 4)).toEqual({ 'pay 200': 2, 'pay 502': 1, 'pay 429': 1 })
  })

  it.each<[string, JsonRecord, Record<string, unknown>, Record<string, number>]>([
    [
      'OpenTelemetry-Collector-Contrib/0.125.0',
      {
        observedTimeUnixNano: nowNs(7),
        timeUnixNano: 0,
        body: wrapped(accessLine(200)),
        attributes: pairs({ 'log.file.name': 'access.log' }),
      },
      { 'k8s.deployment.name': 'edge', 'k8s.namespace.name': 'shop' },
      { 'edge 200': 1 },
    ],
    [
      'OpenTelemetry-Collector-parsed',
      {
        timeUnixNano: nowNs(),
        body: wrapped(accessLine(404)),
        attributes: pairs({ status: '404', method: 'GET', path: '/a', remote_addr: '192.0.2.1' }),
      },
      { 'service.name': 'edge' },
      { 'edge 404': 1 },
    ],
    [
      'Fluent-Bit',
      { timeUnixNano: nowNs(), body: wrapped({ log: accessLine(502) }) },
      { 'service.name': 'edge' },
      { 'edge 502': 1 },
    ],
    [
      'Traefik',
      {
        timeUnixNano: nowNs(),
        body: wrapped(''),
        attributes: pairs({
          DownstreamStatus: 503,
          Duration: 5_000_000,
          RequestMethod: 'GET',
          ServiceName: 'pay@docker',
        }),
      },
      { 'service.name': 'traefik' },
      { 'pay@docker 503': 1 },
    ],
    [
      'Envoy',
      { timeUnixNano: nowNs(), attributes: pairs({ response_code: '429', response_flags: 'RL', method: 'GET' }) },
      { cluster_name: 'c', node_name: 'n' },
      { 'Envoy 429': 1 },
    ],
  ])('counts what %s sends', async (sender, record, resource, counts) => {
    const reply = await send(sender, [record], { 'content-encoding': 'gzip', 'user-agent': sender }, resource)
    expect(told(reply)).toEqual([200, PROTOBUF_TYPE, '0', ''])
    expect(await door.counts(sender, 1)).toEqual(counts)
  })

  it('counts under its own name where no tenant is named, also at the other address', async () => {
    const body = JSON.stringify(exportRequest([line(200)], { 'service.name': 'pay' }))
    const reply = await door.send('/otlp/v1/logs', body, { ...KEY, 'content-type': JSON_TYPE })
    expect(reply.status).toBe(200)
    expect(await door.ledger('otlp', 1)).toEqual({ accepted: 1, duplicate: 0, rejected: 0 })
  })

  it('keeps bad records out of the way of the others, and says how many', async () => {
    const records = [line(200), { body: wrapped('GET nothing') }, line(502), { attributes: pairs({ level: 'info' }) }]
    const json = await send('bad', records, { 'content-type': JSON_TYPE })
    const errorMessage = '2 rejected, the first (record 1) for unreadable'
    expect([json.status, JSON.parse(json.text)]).toEqual([
      200,
      { partialSuccess: { rejectedLogRecords: '2', errorMessage } },
    ])
    const protobuf = await send('bad', records)
    expect([protobuf.status, protobuf.text]).toEqual([200, `\n3\b\x02\x12/${errorMessage}`])
    expect(await door.ledger('bad', 8)).toEqual({ accepted: 4, duplicate: 0, rejected: 4 })
  })

  it.each([[PROTOBUF_TYPE], [JSON_TYPE]])('counts a batch of %s that is sent again once', async (type) => {
    const records = [line(200), line(502)]
    const source = `again-${type.length}`
    const first = told(await send(source, records, { 'content-type': type }))
    // A collector compresses anew when it sends again.
    expect(told(await send(source, records, { 'content-type': type, 'content-encoding': 'gzip' }))).toEqual(first)
    expect(await door.ledger(source, 4)).toEqual({ accepted: 2, duplicate: 2, rejected: 0 })
  })

  it.each<[string, string | Uint8Array, Record<string, string>, number, number, string]>([
    ['no key', '{}', { authorization: '' }, 401, 16, 'send an API key'],
    ['a wrong key', '{}', { authorization: 'Bearer wrong' }, 401, 16, 'send an API key'],
    ['a body that is none', '{"resourceLogs"', {}, 400, 3, 'the body is not the JSON'],
    ['an unknown encoding', '{}', { 'content-encoding': 'compress' }, 415, 3, 'Content-Encoding may be'],
    ['gzip that is none', '{}', { 'content-encoding': 'gzip' }, 400, 3, 'the body is not valid gzip'],
  ])('refuses %s with a google.rpc.Status', async (_what, body, headers, status, code, message) => {
    const reply = await door.send('/v1/logs', body, { ...KEY, 'content-type': JSON_TYPE, ...headers })
    expect([reply.status, reply.headers.get('content-type')]).toEqual([status, JSON_TYPE])
    expect(JSON.parse(reply.text)).toEqual({ code, message: expect.stringContaining(message) })
  })

  it('refuses protobuf in protobuf', async () => {
    const reply = await door.send('/v1/logs', 'nonsense', { ...KEY, 'content-type': PROTOBUF_TYPE })
    expect([reply.status, reply.headers.get('content-type')]).toEqual([400, PROTOBUF_TYPE])
    const message = 'the body is no log: it is binary, and no record of it was recognised'
    expect(reply.text).toBe(`\b\x03\x12${String.fromCharCode(message.length)}${message}`)
  })

  it('asks for another try while nothing can be made durable', async () => {
    await door.withoutDatabase(async () => {
      const reply = await send('later', [line(200)], { 'content-type': JSON_TYPE })
      expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '1'])
      expect(JSON.parse(reply.text)).toEqual({ code: 14, message: expect.stringContaining('send it again') })
    })
  })
})
