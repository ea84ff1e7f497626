import { assert, integer, property, uint8Array, string, jsonValue } from 'fast-check'
import { Refusal } from '../../http/refusal.js'
import type { CountedBody } from '../../ingest/intake.js'
import type { DoorRequest } from '../dialect.js'
import { asProtobuf, exportRequest, pairs, wrapped, type JsonRecord } from '../testing/otlp-request.js'
import { otlp } from './otlp.js'

const JSON_TYPE = 'application/json'
const PROTOBUF_TYPE = 'application/x-protobuf'
const request = (type?: string): DoorRequest => ({
  method: 'POST',
  url: '/v1/logs',
  params: {},
  query: {},
  headers: type === undefined ? {} : { 'content-type': type },
})

type Taken = readonly [record: unknown, envelope: unknown]

function unpack(body: Uint8Array, type: string): Taken[] {
  const taken: Taken[] = []
  otlp.open(request(type)).unpack(Buffer.from(body), (record, envelope) => {
    const text = typeof record === 'string' ? record : Buffer.from(record).toString()
    taken.push([text.startsWith('{') ? JSON.parse(text) : text, envelope])
  })
  return taken
}

/** What comes out, the same from JSON and from protobuf. */
function taken(records: readonly JsonRecord[], resource: Record<string, unknown> = {}): Taken[] {
  const whole = exportRequest(records, resource)
  const fromJson = unpack(Buffer.from(JSON.stringify(whole)), JSON_TYPE)
  expect(unpack(asProtobuf(whole), PROTOBUF_TYPE)).toEqual(fromJson)
  expect(unpack(asProtobuf(whole, true), PROTOBUF_TYPE)).toEqual(fromJson)
  return fromJson
}

const TIME = '1795389626911000123'
const AT = { tsMs: 1795389626911 }
const LINE = '192.0.2.1 - - [22/Nov/2026:23:20:26 +0000] "GET / HTTP/1.1" 200 1 "-" "-"'

const orRefusal = (body: Uint8Array, type: string): void => {
  try {
    unpack(body, type)
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(Refusal)
  }
}

const vouches = (times: readonly string[]): boolean | undefined => {
  const exchange = otlp.open(request(JSON_TYPE))
  const records = times.map((timeUnixNano) => ({ timeUnixNano, body: wrapped(LINE) }))
  exchange.unpack(Buffer.from(JSON.stringify(exportRequest(records))), () => undefined)
  return exchange.isIdentifiable
}

const counted = (rejected: number): CountedBody => ({
  result: 'counted',
  bytes: 1,
  accepted: 1,
  duplicate: 0,
  rejected,
  errors: rejected === 0 ? [] : [{ index: 4, reason: 'bad_status' }],
})

describe('OTLP', () => {
  it.each<[string, JsonRecord, Record<string, unknown>, Taken]>([
    [
      'a body of text is the line, under the service of its resource',
      { timeUnixNano: TIME, body: wrapped(LINE) },
      { 'service.name': 'edge', 'host.name': 'h' },
      [LINE, { ...AT, service: 'edge' }],
    ],
    [
      'a body of bytes that are text is the line, too',
      { timeUnixNano: TIME, body: { bytesValue: Buffer.from(LINE).toString('base64') } },
      {},
      [LINE, AT],
    ],
    [
      'a body of bytes that hold JSON is the object',
      { timeUnixNano: TIME, body: { bytesValue: Buffer.from('{"status":200}').toString('base64') } },
      {},
      [{ status: 200 }, AT],
    ],
    ['other bytes stay base64, to be rejected', { timeUnixNano: TIME, body: { bytesValue: 'AP8B' } }, {}, ['AP8B', AT]],
    ['bytes with a NUL do so, too', { timeUnixNano: TIME, body: { bytesValue: 'YQBi' } }, {}, ['YQBi', AT]],
    [
      'the time when it was seen stands in for the time when it happened',
      { timeUnixNano: '0', observedTimeUnixNano: TIME, body: wrapped(LINE) },
      {},
      [LINE, AT],
    ],
    [
      'attributes by the conventions are the event, with service, time and trace',
      {
        timeUnixNano: TIME,
        body: wrapped('GET /a'),
        attributes: pairs({ 'http.response.status_code': 503, 'http.route': '/a', 'url.path': '/a' }),
        traceId: '5b8efff798038103d269b633813fc60c',
      },
      { 'service.name': 'pay', 'service.namespace': 'shop', 'host.name': 'h' },
      [
        {
          'service.name': 'pay',
          'service.namespace': 'shop',
          timestamp: AT.tsMs,
          trace_id: '5b8efff798038103d269b633813fc60c',
          'http.response.status_code': 503,
          'http.route': '/a',
          'url.path': '/a',
        },
        { ...AT, service: 'pay', traceId: '5b8efff798038103d269b633813fc60c' },
      ],
    ],
    [
      'so are those of the older names, also where the status is text',
      { attributes: pairs({ 'http.status_code': '404', 'http.method': 'GET' }) },
      {},
      [{ 'http.status_code': '404', 'http.method': 'GET' }, {}],
    ],
    [
      "a gateway's own fields stay among themselves",
      { timeUnixNano: TIME, body: wrapped(''), attributes: pairs({ DownstreamStatus: 502, ServiceName: 'a@docker' }) },
      { 'service.name': 'traefik' },
      [
        { DownstreamStatus: 502, ServiceName: 'a@docker' },
        { ...AT, service: 'traefik' },
      ],
    ],
    [
      'a body of key and value is an object, nested as it is',
      { body: wrapped({ status: 200, request: { method: 'GET' }, tags: ['a', 1, true, 0.5] }) },
      {},
      [{ status: 200, request: { method: 'GET' }, tags: ['a', 1, true, 0.5] }, {}],
    ],
    [
      'what a logger has in attributes counts before its words',
      { body: wrapped('request completed'), attributes: pairs({ res: { statusCode: 200 }, responseTime: 3 }) },
      {},
      [{ res: { statusCode: 200 }, responseTime: 3 }, {}],
    ],
    [
      'a status that is a word leaves the line alone',
      { body: wrapped(LINE), attributes: pairs({ status: 'info', 'log.record.uid': 'u1', request_id: 'r1' }) },
      { 'service.name': 'unknown_service:node', 'k8s.deployment.name': 'web', 'k8s.container.name': 'nginx' },
      [LINE, { service: 'web', host: 'nginx', requestId: 'r1', eventId: 'u1' }],
    ],
    ['a record of nothing is an object of nothing, to be rejected', {}, {}, [{}, {}]],
    [
      'names that objects have anyway are names like any other',
      { attributes: pairs({ 'http.status_code': 200, constructor: 'x' }) },
      {},
      [{ 'http.status_code': 200, constructor: 'x' }, {}],
    ],
  ])('%s', (_says, record, resource, expected) => {
    expect(taken([record], resource)).toEqual([expected])
  })

  it.each<[string, unknown, number | undefined]>([
    ['text', TIME, AT.tsMs],
    ['a number', 1795389626911000000, AT.tsMs],
    ['two halves', { low: 1480713472, high: 418024000 }, Math.floor((418024000 * 2 ** 32 + 1480713472) / 1e6)],
    ['nonsense', 'soon', undefined],
    ['a negative number', -5, undefined],
  ])('reads a time in JSON that is %s', (_says, timeUnixNano, tsMs) => {
    const body = JSON.stringify(exportRequest([{ timeUnixNano: timeUnixNano as string, body: wrapped(LINE) }]))
    expect(unpack(Buffer.from(body), JSON_TYPE)).toEqual([[LINE, tsMs === undefined ? {} : { tsMs }]])
  })

  it('keeps integers beyond 2^53 exactly, and takes them as text or number', () => {
    const attributes = [
      { key: 'http.status_code', value: { intValue: '200' } },
      { key: 'big', value: { intValue: '9223372036854775807' } },
    ]
    const body = JSON.stringify(exportRequest([{ attributes }]))
    expect(unpack(Buffer.from(body), JSON_TYPE)[0]?.[0]).toEqual({
      'http.status_code': 200,
      big: '9223372036854775807',
    })
  })

  it('leaves away what is nested without end, in JSON and in protobuf', () => {
    let value: unknown = 'deep'
    for (let i = 0; i < 40; i++) value = [value]
    const [[record] = []] = taken([{ body: wrapped({ status: 200, value }) }])
    expect(record).toMatchObject({ status: 200 })
    expect(JSON.stringify(record)).not.toContain('deep')
  })

  it('ignores what it does not know', () => {
    const body = { resourceLogs: [{ resource: null, scopeLogs: [{ logRecords: [{ body: { newValue: 1 } }] }, 7] }, 8] }
    expect(unpack(Buffer.from(JSON.stringify({ ...body, more: 1 })), JSON_TYPE)).toEqual([[{}, {}]])
    expect(unpack(Buffer.from('{}'), JSON_TYPE)).toEqual([])
    expect(unpack(Buffer.from('{"resourceLogs":null}'), JSON_TYPE)).toEqual([])
    expect(unpack(Buffer.alloc(0), PROTOBUF_TYPE)).toEqual([])
  })

  it.each([
    ['JSON that is none', '{"resourceLogs":', JSON_TYPE, 'bad_json'],
    ['JSON that is no object', '[]', JSON_TYPE, 'bad_json'],
    ['logs that are no list', '{"resourceLogs":5}', JSON_TYPE, 'bad_json'],
    ['scopes that are no list', '{"resourceLogs":[{"scopeLogs":{}}]}', JSON_TYPE, 'bad_json'],
    ['records that are no list', '{"resourceLogs":[{"scopeLogs":[{"logRecords":"x"}]}]}', JSON_TYPE, 'bad_json'],
    ['protobuf that is none', LINE, PROTOBUF_TYPE, 'unreadable_body'],
  ])('refuses %s', (_says, body, type, code) => {
    expect(() => unpack(Buffer.from(body), type)).toThrow(expect.objectContaining({ code }))
  })

  it('refuses protobuf that is cut anywhere but between two of its parts', () => {
    const body = asProtobuf(exportRequest([{ timeUnixNano: TIME, body: wrapped(LINE) }], { 'service.name': 'edge' }))
    for (let end = 1; end < body.length; end++)
      expect(() => unpack(body.subarray(0, end), PROTOBUF_TYPE)).toThrow(Refusal)
  })

  it('never breaks, whatever it is given', () => {
    const real = asProtobuf(
      exportRequest([{ timeUnixNano: TIME, body: wrapped({ a: [1, 'b'] }), attributes: pairs({ status: 200 }) }]),
    )
    assert(
      property(uint8Array({ maxLength: 80 }), integer({ min: 0, max: real.length - 1 }), (noise, at) => {
        orRefusal(noise, PROTOBUF_TYPE)
        const mutated = Uint8Array.from(real)
        mutated.set(noise.subarray(0, real.length - at), at)
        orRefusal(mutated, PROTOBUF_TYPE)
      }),
      { numRuns: 300 },
    )
    assert(
      property(jsonValue(), string(), (value, key) => {
        const record = { timeUnixNano: value, body: value, attributes: [{ key, value }, value], traceId: value }
        const logs = { resource: { attributes: value }, scopeLogs: [{ logRecords: [record, value] }, value] }
        for (const whole of [value, { resourceLogs: value }, { resourceLogs: [logs, value] }])
          orRefusal(Buffer.from(JSON.stringify(whole)), JSON_TYPE)
      }),
      { numRuns: 300 },
    )
  })
})

describe('what OTLP vouches for', () => {
  it.each([
    ['one time finer than a microsecond', ['1795389626911000123'], true],
    ['seven times in milliseconds', Array(7).fill('1795389626911000000'), false],
    ['eight times in milliseconds', Array(8).fill('1795389626911000000'), true],
    ['seven times and a whole second', [...Array(7).fill('1795389626911000000'), '1795389626000000000'], false],
    ['eight times and a whole second', [...Array(8).fill('1795389626911000000'), '1795389626000000000'], true],
    ['no time', ['0'], false],
    ['nothing', [], false],
  ])('%s: %p', (_says, times, expected) => {
    expect(vouches(times as string[])).toBe(expected)
  })
})

describe('replies of OTLP', () => {
  it('tell nothing of records that are well and only count no request', () => {
    const { statusCode, body } = otlp.open(request(JSON_TYPE)).accepted({ ...counted(3), errors: [] })
    expect([statusCode, Buffer.from(body as Uint8Array).toString()]).toEqual([200, '{}'])
  })

  const reply = (type: string, rejected: number) => {
    const exchange = otlp.open(request(type))
    const records = Array.from({ length: 8 }, () => ({ body: wrapped('x') }))
    const whole = exportRequest(records)
    const body = type === JSON_TYPE ? JSON.stringify(whole) : asProtobuf(whole)
    exchange.unpack(Buffer.from(body), () => undefined)
    const { statusCode, headers, body: answer } = exchange.accepted(counted(rejected))
    return [statusCode, headers, Buffer.from(answer as Uint8Array).toString('latin1')]
  }

  it.each([
    [JSON_TYPE, 0, '{}'],
    [
      JSON_TYPE,
      3,
      '{"partialSuccess":{"rejectedLogRecords":"3","errorMessage":"3 rejected, the first (record 4) for bad_status"}}',
    ],
    [PROTOBUF_TYPE, 0, ''],
    [PROTOBUF_TYPE, 3, '\n3\x08\x03\x12/3 rejected, the first (record 4) for bad_status'],
  ])('%s with %i rejected', (type, rejected, body) => {
    expect(reply(type, rejected)).toEqual([200, { 'content-type': type }, body])
  })

  it.each([
    ['overload', new Refusal('overloaded'), 503, 14, { 'retry-after': '1' }],
    ['no database', new Refusal('not_durable'), 503, 14, { 'retry-after': '1' }],
    ['a source over its rate', new Refusal('over_rate', { retryAfterSeconds: 7 }), 429, 8, { 'retry-after': '7' }],
    ['a slow body, which the sender would drop on 408', new Refusal('slow_body'), 503, 14, { 'retry-after': '1' }],
    ['no key', new Refusal('unauthenticated'), 401, 16, {}],
    ['a key that may not', new Refusal('missing_scope'), 403, 7, {}],
    ['a body too large', new Refusal('body_too_large'), 413, 8, {}],
    ['a body that is none', new Refusal('bad_json'), 400, 3, {}],
    ['an unknown encoding', new Refusal('unknown_encoding'), 415, 3, {}],
  ])('%s', (_says, refusal, status, code, headers) => {
    const inJson = otlp.refused(refusal, request(JSON_TYPE))
    expect([inJson.statusCode, inJson.headers]).toEqual([
      status,
      expect.objectContaining({ ...headers, 'content-type': JSON_TYPE }),
    ])
    const { message } = refusal.body
    expect(JSON.parse(Buffer.from(inJson.body as Uint8Array).toString())).toEqual({ code, message })
    const inProtobuf = otlp.refused(refusal, request(PROTOBUF_TYPE))
    const text = Buffer.from(inProtobuf.body as Uint8Array)
    expect([inProtobuf.statusCode, text[1], text.subarray(4).toString()]).toEqual([status, code, message])
  })
})
