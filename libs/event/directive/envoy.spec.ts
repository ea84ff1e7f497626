import { Formats } from '../format.js'
import type { Layout } from '../layout/layout.js'
import { RecordParser } from '../layout/record-parser.js'
import { problemOf, readBy } from '../testing/directive-reading.js'
import { compileEnvoy } from './envoy.js'
import { ENVOY_FLAGS } from './envoy-flags.js'

const LINE = '[2026-11-22T23:20:29.266Z] "GET /a?b HTTP/2" 503 UF 80'
const FORMAT =
  '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% %DURATION%'
const EVENT = {
  tsMs: 1_795_389_629_346,
  subSecond: true,
  status: 503,
  method: 'GET',
  path: '/a',
  protocol: 'http/2',
  durationMs: 80,
  flags: ['UF'],
  owner: 'network',
}

describe('how a format may be pasted', () => {
  it.each([
    ['the string', FORMAT],
    ['with the line end spelt out', `${FORMAT}\\n`],
    ['with a line end', `${FORMAT}\n`],
    ['as JSON', JSON.stringify(`${FORMAT}\n`)],
    ['in its place in the configuration', JSON.stringify({ text_format_source: { inline_string: `${FORMAT}\n` } })],
  ])('%s', (_says, directive) => {
    expect(readBy(compileEnvoy('own', directive), LINE)).toMatchObject(EVENT)
  })

  const members = {
    at: '%START_TIME%',
    verb: '%REQ(:METHOD)%',
    'x.path': '%REQ(:PATH)%',
    proto: '%PROTOCOL%',
    code: '%RESPONSE_CODE%',
    why: '%RESPONSE_FLAGS%',
    ms: '%DURATION%',
  }
  const values = { at: '2026-11-22T23:20:29.266Z', verb: 'GET', 'x.path': '/a?b', proto: 'HTTP/2', why: 'UF' }

  it.each([
    ['a json_format', JSON.stringify(members)],
    ['in its place in the configuration', JSON.stringify({ log_format: { json_format: members } })],
    [
      'as YAML',
      Object.entries(members)
        .map(([key, value]) => `  ${key}: "${value}"`)
        .join('\n'),
    ],
    [
      'as YAML without quotes',
      Object.entries(members)
        .map(([key, value]) => `${key}: ${value}`)
        .join('\n'),
    ],
  ])('%s', (_says, directive) => {
    const layout = compileEnvoy('own', directive)
    expect(layout).toMatchObject({ kind: 'json' })
    expect(readBy(layout, JSON.stringify({ ...values, code: 503, ms: 80 }))).toMatchObject(EVENT)
    expect(readBy(layout, JSON.stringify({ ...values, code: '503', ms: '80' }))).toMatchObject(EVENT)
  })

  it('nested, with several values in one', () => {
    const directive = JSON.stringify({
      http: { line: '%REQ(:METHOD)% %REQ(:PATH)% %PROTOCOL%', code: '%RESPONSE_CODE%' },
      time: { s: '%START_TIME%', ms: '%DURATION%' },
      envoy: { flags: '%RESPONSE_FLAGS%' },
      fixed: 'edge',
    })
    const record = JSON.stringify({
      http: { line: 'GET /a b?c HTTP/2', code: 503 },
      time: { s: '2026-11-22T23:20:29.266Z', ms: 80 },
      envoy: { flags: 'UF' },
      fixed: 'edge',
    })
    expect(readBy(compileEnvoy('own', directive), record)).toMatchObject({ ...EVENT, path: '/a b' })
  })
})

describe('the operators of a format', () => {
  const BEGIN = 1_795_389_629_000
  it.each([
    ['%START_TIME(%s.%3f)% %RESPONSE_CODE%', '1795389629.266 200', { tsMs: BEGIN + 266, subSecond: true }],
    ['%START_TIME(%s)% %RESPONSE_CODE%', '1795389629 200', { tsMs: BEGIN, subSecond: false }],
    ['%START_TIME(%s%3f)% %RESPONSE_CODE% %DURATION%', '1795389629266 200 4', { tsMs: BEGIN + 270 }],
    ['%START_TIME(%Y-%m-%dT%H:%M:%S%z)% %RESPONSE_CODE%', '2026-11-22T23:20:29+0000 200', { tsMs: BEGIN }],
    ['%START_TIME(%Y/%m/%dT%H:%M:%S)% %RESPONSE_CODE%', '2026/11/22T23:20:29 200', { tsMs: BEGIN }],
    ['%START_TIME(%Y-%m-%d %H:%M:%S.%6f)% %RESPONSE_CODE%', '2026-11-22 23:20:29.266131 200', { tsMs: BEGIN + 266 }],
    ['%START_TIME(%FT%T.%f)% %RESPONSE_CODE%', '2026-11-22T23:20:29.266131999 200', { tsMs: BEGIN + 266 }],
    ['%START_TIME(%Y-%m-%dT%H:%M:%E3SZ)% %RESPONSE_CODE%', '2026-11-22T23:20:29.266Z 200', { tsMs: BEGIN + 266 }],
    ['%START_TIME(%d/%b/%Y:%H:%M:%S %z)% %RESPONSE_CODE%', '22/Nov/2026:23:20:29 +0000 200', { tsMs: BEGIN }],
    ['[%START_TIME(%a %d %b %Y %T)%] %RESPONSE_CODE%', '[Sun 22 Nov 2026 23:20:29] 200', { tsMs: BEGIN }],
    ['%EMIT_TIME% %RESPONSE_CODE% %DURATION%', '2026-11-22T23:20:29.000Z 200 5', { tsMs: BEGIN, durationMs: 5 }],
    ['%RESPONSE_CODE% %COMMON_DURATION(DS_RX_BEG:DS_TX_END:us)%', '200 1500', { durationMs: 1.5 }],
    ['%RESPONSE_CODE% %COMMON_DURATION(DS_RX_BEG:US_TX_BEG)%', '200 1500', { status: 200 }],
    ['%RESPONSE_CODE% %RESPONSE_FLAGS_LONG%', '503 UpstreamRequestTimeout', { flags: ['UT'], owner: 'upstream' }],
    ['%RESPONSE_CODE% %GRPC_STATUS%', '200 DeadlineExceeded', { grpcStatus: 4 }],
    ['%RESPONSE_CODE% %GRPC_STATUS(CAMEL_STRING)%', '200 Canceled', { grpcStatus: 1 }],
    ['%RESPONSE_CODE% %GRPC_STATUS(SNAKE_STRING)%', '200 NOT_FOUND', { grpcStatus: 5 }],
    ['%RESPONSE_CODE% %GRPC_STATUS(NUMBER)%', '200 14', { grpcStatus: 14 }],
    ['%RESPONSE_CODE% %GRPC_STATUS_NUMBER%', '200 0', { grpcStatus: 0 }],
    ['%RESPONSE_CODE% %TRAILER(GRPC-STATUS?X)%', '200 16', { grpcStatus: 16 }],
    [
      '%RESPONSE_CODE% %UPSTREAM_REQUEST_ATTEMPT_COUNT% %RESPONSE_CODE_DETAILS%',
      '200 3 via_upstream',
      { upstreamStatuses: [null, null, 200] },
    ],
    ['%RESPONSE_CODE% %UPSTREAM_REQUEST_ATTEMPT_COUNT%', '429 0', { upstreamStatuses: [] }],
    ['%RESPONSE_CODE% %UPSTREAM_REQUEST_ATTEMPT_COUNT%', '200 999999999', { upstreamStatuses: { length: 100 } }],
    ['%RESPONSE_CODE% %UPSTREAM_CLUSTER% %ROUTE_NAME%', '200 cart cart-v1', { service: 'cart', route: 'cart-v1' }],
    ['%RESPONSE_CODE% %ROUTE_NAME% %VIRTUAL_CLUSTER_NAME%', '200 - reads', { route: 'reads' }],
    ['%RESPONSE_CODE% %REQ(HOST?:AUTHORITY)%', '200 shop.example', { host: 'shop.example' }],
    ['%RESPONSE_CODE% %REQUEST_HEADER(X-Request-Id):36%', '200 r-1', { requestId: 'r-1' }],
    [
      '%RESPONSE_CODE% %STREAM_ID% %TRACE_ID%',
      '200 s-1 0af7651916cd43dd8448eb211c80319c',
      { requestId: 's-1', traceId: '0af7651916cd43dd8448eb211c80319c' },
    ],
    ['%RESPONSE_CODE% %REQ(UBER-TRACE-ID)%', '200 0af7651916cd43dd:1:0:1', { traceId: '0af7651916cd43dd' }],
    [
      '%RESPONSE_CODE% %REQ(TRACEPARENT)%',
      `200 00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
      { traceId: 'a'.repeat(32) },
    ],
    [
      '%RESPONSE_CODE% %REQ(X-CUSTOM?Y):10% %HOSTNAME% %CEL(a.b() + "%")% %NEW_OPERATOR(1)%',
      '200 a pod-1 x y',
      { status: 200 },
    ],
    ['%RESPONSE_CODE% 100%% %BYTES_SENT%', '200 100% 12', { bytes: 12 }],
    ['%RESPONSE_CODE% %PATH(WQ:ORIG)%', '200 /a?b', { path: '/a' }],
    ['%RESPONSE_CODE%', '0', { status: null }],
    ['%RESPONSE_CODE% %ACCESS_LOG_TYPE%', '200 DownstreamPeriodic', { reject: 'not_a_request' }],
    ['%RESPONSE_CODE% %ACCESS_LOG_TYPE%', '200 DownstreamEnd', { status: 200 }],
    ['%RESPONSE_CODE% %PROTOCOL%', '- -', { reject: 'not_a_request' }],
  ])('%s', (directive, line, event) => {
    expect(readBy(compileEnvoy('own', directive), line)).toMatchObject(event)
  })

  it.each(ENVOY_FLAGS.filter(({ owner }) => owner !== null && owner !== 'client'))(
    'flag $flag blames $owner',
    (row) => {
      const layout = compileEnvoy('own', '%RESPONSE_CODE% %RESPONSE_FLAGS%')
      expect(readBy(layout, `503 ${row.flag}`)).toMatchObject({ owner: row.owner, flags: [row.flag] })
      expect(readBy(layout, `200 ${row.flag}`)).not.toHaveProperty('owner')
    },
  )
})

describe('a mesh', () => {
  const DIRECTIVE = '%RESPONSE_CODE% %REQ(:AUTHORITY)% %UPSTREAM_CLUSTER% %REQUESTED_SERVER_NAME%'
  const OUT = '200 cart:80 outbound|80||cart.shop.svc.cluster.local -'
  const IN = '200 cart:80 inbound|8080|| outbound_.80_.v1_.cart.shop.svc.cluster.local'
  const service = 'cart.shop.svc.cluster.local'

  it.each([
    [undefined, OUT, { service }],
    [undefined, IN, { reject: 'other_side' }],
    ['outbound', IN, { reject: 'other_side' }],
    ['inbound', OUT, { reject: 'other_side' }],
    ['inbound', IN, { service }],
    ['inbound', '200 cart:80 inbound|8080|| -', { service: 'cart' }],
    ['inbound', '200 cart:80 inbound-vip|80|http|cart.shop.svc.cluster.local -', { service }],
    [undefined, '200 cart:80 inbound-vip|80|http|cart.shop.svc.cluster.local -', { reject: 'other_side' }],
    ['inbound', '200 [2001:db8::1]:80 inbound|8080|| -', { service: '[2001:db8::1]' }],
    ['inbound', '200 cart:80 InboundPassthroughClusterIpv4 -', { service: 'cart' }],
    ['both', OUT, { service, gateway: 'outbound' }],
    ['both', IN, { service, gateway: 'inbound' }],
    ['inbound', '200 shop.example some_cluster -', { service: 'some_cluster' }],
  ] as const)('side %s of %s', (side, line, expected) => {
    const layout = compileEnvoy('own', DIRECTIVE)
    const format = 'problem' in layout ? undefined : new Formats([layout as Layout]).get('own')
    if (format === undefined) throw new Error(problemOf(layout))
    const parser = new RecordParser(format, { timeZone: 'UTC', maxDepth: 32, ...(side !== undefined && { side }) })
    const read = parser.line(line)
    expect(read).toMatchObject(expected)
    if (side !== 'both') expect(read).not.toHaveProperty('gateway')
  })
})

describe('a format that cannot be read', () => {
  it.each([
    ['names no status', '%REQ(:METHOD)%', /^%RESPONSE_CODE% is missing; allowed: /],
    ['has a lone percent sign', '%RESPONSE_CODE% 100% x', /^has no command operator at "% x"; allowed: .*%% for %$/],
    ['does not close an operator', '%RESPONSE_CODE% %REQ(:PATH', /^has no command operator at "%REQ\(:PATH"/],
    ['writes the name small', '%response_code%', /^has no command operator/],
    [
      'has a time that nobody reads',
      '%START_TIME(%Q)% %RESPONSE_CODE%',
      /%START_TIME\(%Q\)% has the conversion %Q; allowed: /,
    ],
    ['has an odd fraction', '%START_TIME(%s.%4f)% %RESPONSE_CODE%', /has the conversion %4f/],
    ['puts two values side by side', '%RESPONSE_CODE%%BYTES_SENT%', /^nothing stands between /],
    ['has several lines', '%RESPONSE_CODE%\n%BYTES_SENT%', /^has several lines/],
    ['is broken JSON', '{"code":"%RESPONSE_CODE%"', /no JSON object/],
  ])('%s', (_says, directive, problem) => {
    expect(problemOf(compileEnvoy('own', directive))).toMatch(problem)
  })
})

describe('what a client writes into JSON', () => {
  const allowed = /nothing escapes.*Envoy's json_format/
  it.each([
    ['with a number that no JSON has', '{"code":%RESPONSE_CODE%,"ua":"%REQ(USER-AGENT)%"}'],
    ['that goes on', '{"code":%RESPONSE_CODE%,"ua":"%REQ(USER-AGENT)%","d":%DURATION%}'],
    ['with a line end spelt out', '{"code":"%RESPONSE_CODE%","ua":"%REQ(USER-AGENT)%"}\\n'],
    [
      'in its place in the configuration',
      JSON.stringify({ text_format_source: { inline_string: '{"code":"%RESPONSE_CODE%","ua":"%REQ(USER-AGENT)%"}' } }),
    ],
    ["in gloo's place", JSON.stringify({ stringFormat: '{"code":"%RESPONSE_CODE%","p":"%REQ(:PATH)%"}' })],
    ["in Istio's place", JSON.stringify({ logFormat: { text: '{"code":"%RESPONSE_CODE%","h":"%REQ(HOST)%"}' } })],
    ['nested', '{"http":{"code":%RESPONSE_CODE%},"req":{"ua":"%REQ(USER-AGENT)%"}}'],
  ])('a text format is refused: %s', (_says, directive) => {
    expect(problemOf(compileEnvoy('own', directive))).toMatch(allowed)
  })

  it('a text format without anything of a client is read', () => {
    const layout = compileEnvoy('own', '{"code":%RESPONSE_CODE%,"d":%DURATION%,"f":"%RESPONSE_FLAGS%"}')
    expect(readBy(layout, '{"code":503,"d":80,"f":"UF"}')).toMatchObject({ status: 503, durationMs: 80, flags: ['UF'] })
  })

  const members = { code: '%RESPONSE_CODE%', ua: '%REQ(USER-AGENT)%', in: { d: '%DURATION%' } }
  it.each([
    ['bare', JSON.stringify(members)],
    ["in gloo's place", JSON.stringify({ fileSink: 1, jsonFormat: members })],
    ["in Istio's place", JSON.stringify({ logFormat: { labels: members } })],
    ["as Istio's string", JSON.stringify(JSON.stringify(members))],
  ])('a dictionary is read, but not where a key comes twice: %s', (_says, directive) => {
    const layout = compileEnvoy('own', directive)
    expect(readBy(layout, '{"code":200,"ua":"x\\",\\"code\\":\\"500","in":{"d":"12"}}')).toMatchObject({
      status: 200,
      durationMs: 12,
    })
    for (const agent of [
      'x","code":"500',
      'x","code" : "500","y":"',
      String.raw`x","c\u006fde":"500`,
      String.raw`x","c\x6fde":"500`,
      'x","in":{"d":"9"},"y":"',
      'x","ua":"y","y":[{"code":1}],"code":"500',
    ]) {
      const forged = `{"code":"200","ua":"${agent}","in":{"d":"12"}}`
      expect([agent, readBy(layout, forged)]).toEqual([agent, { reject: 'unreadable' }])
      // Cut behind the second status.
      expect([agent, readBy(layout, forged.slice(0, -8))]).toEqual([agent, { reject: 'unreadable' }])
    }
  })

  it('the same key in several objects is no second one', () => {
    const layout = compileEnvoy('own', JSON.stringify({ code: '%RESPONSE_CODE%', req: { code: '%REQ(X-CODE)%' } }))
    expect(readBy(layout, '{"req":{"code":"1"},"code":"200","list":[{"code":1},{"code":2}]}')).toMatchObject({
      status: 200,
    })
  })
})
