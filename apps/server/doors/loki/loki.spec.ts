import { readFileSync } from 'node:fs'
import { assert, integer, jsonValue, property, string, uint8Array } from 'fast-check'
import type { Envelope } from '#event'
import { Refusal } from '../../http/refusal.js'
import type { DoorRequest } from '../dialect.js'
import { pushRequest, type Stream } from '../testing/loki-push.js'
import { PLACE_LABELS } from '../label-envelope.js'
import { STREAM_SERVICE_LABELS } from './entry-record.js'
import { loki } from './loki.js'
import { streamLabels } from './stream-labels.js'

const PROTOBUF = { 'content-type': 'application/x-protobuf', 'user-agent': 'promtail/3.4.2' }
const JSON_TYPE = { 'content-type': 'application/json', 'user-agent': 'Fluent-Bit' }
const request = (headers: Record<string, string>): DoorRequest => ({
  method: 'POST',
  url: '/loki/api/v1/push',
  params: {},
  query: {},
  headers,
})

type Taken = readonly [line: string, envelope: Envelope | null]

function unpack(body: Uint8Array | string, headers: Record<string, string>): Taken[] {
  const taken: Taken[] = []
  loki.open(request(headers)).unpack(Buffer.from(body as string), (record, envelope) => {
    taken.push([Buffer.from(record as string).toString(), envelope])
  })
  return taken
}

const LINE = '192.0.2.1 - - [22/Nov/2026:23:20:26 +0000] "GET / HTTP/1.1" 200 1 "-" "-"'
const TIME = 1795389626911000123n
const AT = { tsMs: 1795389626911 }

/** What comes out, the same from protobuf, whatever the order of its fields, and from JSON. */
function taken(streams: readonly Stream[]): Taken[] {
  const fromProtobuf = unpack(pushRequest(streams), PROTOBUF)
  expect(unpack(pushRequest(streams, true), PROTOBUF)).toEqual(fromProtobuf)
  const json = {
    streams: streams.map(([labels, entries]) => ({
      stream: streamLabels(labels),
      values: entries.map(([time, line, metadata]) => [String(time), line, ...(metadata ? [metadata] : [])]),
    })),
  }
  expect(unpack(JSON.stringify(json), JSON_TYPE)).toEqual(fromProtobuf)
  return fromProtobuf
}

const idsOf = (streams: readonly Stream[], headers: Record<string, string>) =>
  unpack(pushRequest(streams), headers).map(([, envelope]) => envelope?.eventId)

const orRefusal = (body: Uint8Array | string, headers: Record<string, string>): void => {
  try {
    for (const [, envelope] of unpack(body, headers))
      expect(envelope?.tsMs === undefined || Number.isSafeInteger(envelope.tsMs)).toBe(true)
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
  }
}

const refuse = (refusal: Refusal, headers: Record<string, string>) => {
  const { statusCode, headers: sent, body } = loki.refused(refusal, request(headers))
  return [statusCode, sent?.['retry-after'], body]
}

describe('Loki', () => {
  it.each<[string, string, Envelope]>([
    ['the service by its own label', '{service_name="pay", app="x", job="y"}', { service: 'pay', host: 'y' }],
    ['the service by the label of Kubernetes', '{app_kubernetes_io_name="pay"}', { service: 'pay' }],
    ['the service by the app', '{app="pay",container="nginx",job="default/pay"}', { service: 'pay', host: 'nginx' }],
    ['a place where nothing names a service', '{job="shop/edge",host="node-7"}', { host: 'edge' }],
    ['no service where Loki says that it is unknown', '{service_name="unknown_service"}', {}],
    ['the gateway', '{gateway="eu-1",filename="/var/log/nginx/access.log"}', { gateway: 'eu-1' }],
    ['nothing by labels that loggers could not fill', '{job="undefined",app=""}', {}],
    ['nothing without labels', '{}', {}],
  ])('tells %s', (_says, labels, envelope) => {
    expect(taken([[labels, [[TIME, LINE]]]])).toEqual([[LINE, { ...envelope, ...AT }]])
  })

  it('has the labels that docs/http-api.md lists', () => {
    const page = readFileSync('docs/http-api.md', 'utf8').replaceAll(/\s+/g, ' ')
    for (const labels of [STREAM_SERVICE_LABELS, PLACE_LABELS.slice(0, 2)])
      expect(page).toContain(labels.map((label) => `\`${label}\``).join(', '))
  })

  it('tells the ids of structured metadata, whose labels win over those of the stream', () => {
    const metadata = { trace_id: 't1', request_id: 'r1', service_name: 'cart', pod: 'p' }
    expect(taken([['{app="pay"}', [[TIME, LINE, metadata]]]])).toEqual([
      [LINE, { ...AT, service: 'cart', traceId: 't1', requestId: 'r1' }],
    ])
  })

  it('keeps streams and their entries in order', () => {
    const lines = taken([
      [
        '{app="a"}',
        [
          [TIME, 'one'],
          [TIME, 'two'],
        ],
      ],
      ['{app="b"}', [[TIME, 'three']]],
    ]).map(([line, envelope]) => `${envelope?.service} ${line}`)
    expect(lines).toEqual(['a one', 'a two', 'b three'])
  })

  it.each([
    ['an object behind words', 'GET /a {"status":200,"ms":3}', '{"status":200,"ms":3}'],
    [
      'an object behind words, with blanks behind it',
      'done {"res":{"statusCode":200}}  \n',
      '{"res":{"statusCode":200}}',
    ],
    ['an object that tells no status stays with its words', 'done {"a":1}', 'done {"a":1}'],
    ['something in braces that is no object', 'done {"status":}', 'done {"status":}'],
    ['an object without words', '{"status":200}', '{"status":200}'],
    ['a line', LINE, LINE],
    ['nothing', '', ''],
  ])('reads %s', (_says, line, expected) => {
    expect(taken([['{}', [[TIME, line]]]]).map(([text]) => text)).toEqual([expected])
  })

  it('reads the older shape of JSON', () => {
    const entries = [{ ts: '2026-11-22T23:20:26.911000123Z', line: LINE }, { ts: 'soon', line: LINE }, 5]
    expect(unpack(JSON.stringify({ streams: [{ labels: '{app="pay"}', entries }] }), JSON_TYPE)).toEqual([
      [LINE, { service: 'pay', ...AT }],
      [LINE, { service: 'pay' }],
      ['{"line":null}', { service: 'pay' }],
    ])
  })

  it('keeps what is no line to be rejected', () => {
    const values = [[String(TIME), { status: 200 }], [1795389626911000000, 7], 'x']
    expect(unpack(JSON.stringify({ streams: [{ stream: { app: 'a', level: 5 }, values }, null] }), JSON_TYPE)).toEqual([
      ['{"status":200}', { service: 'a', ...AT }],
      ['{"line":7}', { service: 'a', ...AT }],
      ['{"line":null}', { service: 'a' }],
    ])
  })

  it.each([
    ['JSON that is none', '{"streams":', JSON_TYPE, 'bad_json'],
    ['JSON without streams', '{"logs":[]}', JSON_TYPE, 'bad_json'],
    ['protobuf that is none', LINE, PROTOBUF, 'unreadable_body'],
  ])('refuses %s', (_says, body, headers, code) => {
    expect(() => unpack(body, headers)).toThrow(expect.objectContaining({ code }))
  })

  it.each<[string, Record<string, string>, string | undefined]>([
    ['protobuf is snappy without a word', PROTOBUF, 'snappy'],
    ['what says nothing is protobuf', {}, 'snappy'],
    ['protobuf may say what it is', { ...PROTOBUF, 'content-encoding': 'snappy' }, undefined],
    ['JSON is as it says', JSON_TYPE, undefined],
    ["curl's word for everything is JSON", { 'content-type': 'application/x-www-form-urlencoded' }, undefined],
  ])('%s', (_says, headers, encoding) => {
    expect(loki.encoding?.(request(headers))).toBe(encoding)
  })

  it('knows an entry again by its stream, time and line, but for a sender that says its name', () => {
    const unnamed = { 'content-type': 'application/x-protobuf' }
    const entry = [TIME, LINE] as const
    const [first, second] = idsOf([['{app="a"}', [entry, entry]]], unnamed)
    expect(first).not.toBe(second)
    expect(idsOf([['{ app="a" }', [[TIME, 'new'], entry, entry]]], unnamed)).toEqual([
      expect.any(String),
      first,
      second,
    ])
    for (const other of [
      ['{app="b"}', [entry]],
      ['{app="a"}', [[TIME + 1n, LINE]]],
    ] as const)
      expect(idsOf([other], unnamed)).not.toContain(first)
    expect(idsOf([['{app="a"}', [entry]]], PROTOBUF)).toEqual([undefined])
    expect(idsOf([['{app="a"}', [[0n, LINE]]]], unnamed)).toEqual([undefined])
  })

  it('never breaks, whatever it is given', () => {
    const real = pushRequest([['{app="pay",pod="a\\"b"}', [[TIME, LINE, { trace_id: 't' }]]]])
    assert(
      property(uint8Array({ maxLength: 80 }), integer({ min: 0, max: real.length - 1 }), (noise, at) => {
        orRefusal(noise, PROTOBUF)
        const mutated = Uint8Array.from(real)
        mutated.set(noise.subarray(0, real.length - at), at)
        orRefusal(mutated, PROTOBUF)
      }),
      { numRuns: 300 },
    )
    assert(
      property(jsonValue(), string(), (value, text) => {
        const streams = [
          { stream: value, labels: text, values: [[value, text, value], value], entries: [value] },
          value,
        ]
        for (const whole of [value, { streams }, { streams: value }]) orRefusal(JSON.stringify(whole), JSON_TYPE)
      }),
      { numRuns: 300 },
    )
  })
})

describe('labels of a stream', () => {
  it.each([
    ['{app="shop", pod="p-1"}', { app: 'shop', pod: 'p-1' }],
    ['{ a = "x,y}" , b="\\"q\\" \\\\ \\n" }', { a: 'x,y}', b: '"q" \\ \n' }],
    ['{a=""}', { a: '' }],
    ['{}', {}],
    ['', {}],
    ['{a="cut', { a: 'cut' }],
    ['{a="ends with \\', { a: 'ends with ' }],
    ['{a=5}', {}],
    ['{path="C:\\"}', { path: 'C:"}' }],
  ])('%s', (text, labels) => {
    expect({ ...streamLabels(text) }).toEqual(labels)
  })
})

describe('refusals of Loki', () => {
  it.each([
    ['overloaded', 503, 503, '1'],
    ['not_durable', 503, 503, '1'],
    ['over_rate', 429, 429, '1'],
    ['slow_body', 503, 503, '1'],
    ['unauthenticated', 401, 401, undefined],
    ['missing_scope', 403, 403, undefined],
    ['bad_json', 400, 400, undefined],
    ['bad_compression', 400, 400, undefined],
    ['body_too_large', 413, 400, undefined],
    ['unknown_encoding', 415, 400, undefined],
    ['bad_source', 422, 400, undefined],
  ] as const)('%s is %i, and %i for Fluent Bit', (code, status, forFluentBit, wait) => {
    const refusal = new Refusal(code)
    expect(refuse(refusal, PROTOBUF)).toEqual([status, wait, `${refusal.body.message}\n`])
    expect(refuse(refusal, JSON_TYPE)).toEqual([forFluentBit, wait, `${refusal.body.message}\n`])
  })
})
