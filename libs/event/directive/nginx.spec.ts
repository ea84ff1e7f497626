import { problemOf, readBy } from '../testing/directive-reading.js'
import { compileNginx } from './nginx.js'

const read = (directive: string, record: string) => readBy(compileNginx('own', directive), record)

const MAIN = `log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '
                  '$status $body_bytes_sent "$http_referer" '
                  '"$http_user_agent" "$http_x_forwarded_for"';`
const LISTS = `log_format l '$time_iso8601 $upstream_addr $upstream_response_length $upstream_response_time $upstream_status $status $request_time $host "$request"';`
const JSON_LOG = `log_format j escape=json '{'
  '"ts":"$msec",' # when
  '"req":{"m":"$request_method","u":"$request_uri"},'
  '"st":$status,"rt":$request_time,"us":"$upstream_status","urt":$upstream_response_time,'
  '"who":"$remote_user","id":"$request_id"}';`

type Row = readonly [says: string, directive: string, record: string, event: object]

describe('compileNginx', () => {
  const rows: readonly Row[] = [
    [
      'the whole directive of the packaged nginx.conf',
      MAIN,
      '192.0.2.1 - alice [22/Nov/2026:23:20:26 +0000] "GET /a?b=1 HTTP/2.0" 502 157 "-" "curl/8" "198.51.100.4, 10.0.0.1"',
      {
        tsMs: 1795389626000,
        status: 502,
        method: 'GET',
        path: '/a',
        protocol: 'http/2',
        bytes: 157,
        consumer: 'alice',
      },
    ],
    ['only the strings of a directive', `'$status ' '$request_uri'`, '200 /a?b', { status: 200, path: '/a' }],
    ['only the text', '$status $request_uri', '404 /a', { status: 404, path: '/a' }],
    [
      'text that begins and ends with quotes of its own',
      '"$request" "$status"',
      '"GET /x HTTP/1.1" "204"',
      { status: 204, path: '/x' },
    ],
    ['one string in double quotes', '"$status \\"$request\\""', '200 "GET /x HTTP/1.1"', { status: 200, path: '/x' }],
    ['a variable in braces', '${status}ms ${request_time}s', '200ms 0.012s', { status: 200, durationMs: 12 }],
    [
      'every name that tells something',
      '$time_iso8601|$server_protocol|$bytes_sent|$http_host|$proxy_upstream_name|$http_traceparent|$request_id|$request_method|$uri|$status|$ssl_protocol|$ssl_cipher',
      '2026-11-22T23:20:26+00:00|HTTP/3.0|99|shop.example|shop-cart-80|00-3e03093b3642b64e9a7d56c804cf7618-00f067aa0ba902b7-01|77aa|PUT|/orders|201|TLSv1.3|AES',
      {
        tsMs: 1795389626000,
        protocol: 'http/3',
        bytes: 99,
        host: 'shop.example',
        service: 'shop-cart-80',
        traceId: '3e03093b3642b64e9a7d56c804cf7618',
        requestId: '77aa',
        method: 'PUT',
        path: '/orders',
        status: 201,
      },
    ],
    [
      'bare upstream lists, retries and groups',
      LISTS,
      '2026-11-22T23:20:26+00:00 10.2.0.4:80, 10.2.0.5:80 0, 5 0.002, 0.001 502 : 200 200 0.003 shop.example "GET /a b HTTP/1.1"',
      {
        status: 200,
        upstreamStatuses: [502, 200],
        upstreamMs: 1,
        upstreamBytes: 5,
        durationMs: 3,
        host: 'shop.example',
      },
    ],
    [
      'no upstream',
      LISTS,
      '2026-11-22T23:20:26+00:00 - - - - 304 0.000 shop.example "GET /a HTTP/1.1"',
      { status: 304, upstreamStatuses: [], durationMs: 0 },
    ],
    [
      'lists between commas, where a comma within them has a space behind it',
      '$status,$upstream_status,$request_time',
      '200,502, 200,0.012',
      { status: 200, upstreamStatuses: [502, 200], durationMs: 12 },
    ],
    [
      'a time with its space, bare',
      '$remote_addr $time_local $status',
      '192.0.2.1 22/Nov/2026:23:20:26 +0000 200',
      { tsMs: 1795389626000, status: 200 },
    ],
    [
      'the finest of several times',
      '$time_local $status $msec',
      '22/Nov/2026:23:20:26 +0000 200 1795389626.171',
      { tsMs: 1795389626171, subSecond: true, status: 200 },
    ],
    [
      'the host that was asked for before the name of the server, whichever comes first',
      '$server_name $host $status',
      '_ shop.example 200',
      { host: 'shop.example', status: 200 },
    ],
    [
      'an unquoted agent in the middle, read from both ends',
      '$remote_addr $http_user_agent $status $request_time',
      '192.0.2.1 Mozilla/5.0 (X11; Linux) 200 0.012',
      { status: 200, durationMs: 12 },
    ],
    [
      'an unquoted agent before bare lists',
      '$http_user_agent $upstream_response_time $upstream_status $status',
      'curl 8 (x, y) 0.002, 0.001 502, 200 200',
      { status: 200, upstreamMs: 1, upstreamStatuses: [502, 200] },
    ],
    [
      'a decoded path with a space',
      '"$request_method $uri $server_protocol" $status "$http_user_agent"',
      '"GET /a b HTTP/1.1" 200 "curl"',
      { method: 'GET', path: '/a b', protocol: 'http/1.1', status: 200 },
    ],
    [
      'escape=default: quotes and bytes',
      '$status "$request" "$http_user_agent" $request_time',
      '200 "GET /\\xC3\\xBC?\\x22 HTTP/1.1" "\\x22 200 \\x5C" 0.001',
      { status: 200, path: '/ü', durationMs: 1 },
    ],
    [
      'escape=json: quotes behind backslashes',
      `log_format x escape=json '$status "$http_user_agent" "$request_uri" $request_time';`,
      '200 "a \\"b\\" \\\\" "/\\u0009x" 0.001',
      { status: 200, path: '/\tx', durationMs: 1 },
    ],
    [
      'escape=none: a raw quote in the agent',
      `log_format x escape=none '$status "$http_user_agent" $request_time';`,
      '200 "a" 404 "b" 0.001',
      { status: 200, durationMs: 1 },
    ],
    [
      'values side by side that can be told apart',
      '$scheme://$host$request_uri $status',
      'https://shop.example/a/b?c 200',
      { host: 'shop.example', path: '/a/b', status: 200 },
    ],
    [
      'a variable of your own that the dictionary knows',
      '$status $consumer_x $trace_id',
      '200 x abc',
      { traceId: 'abc' },
    ],
    [
      'a cut line that still tells the status',
      MAIN,
      '192.0.2.1 - - [22/Nov/2026:23:20:26 +0000] "GET /a HTTP/1.1" 499 0 "-" "cu',
      { status: 499 },
    ],
    ['columns behind the format', '$status $request_time', '200 0.012 more "of it"', { status: 200, durationMs: 12 }],
    [
      'JSON with bare numbers',
      JSON_LOG,
      '{"ts":"1795389626.171","req":{"m":"GET","u":"/a?b"},"st":200,"rt":0.003,"us":"502, 200","urt":0.002,"who":"","id":"77"}',
      {
        tsMs: 1795389626171,
        method: 'GET',
        path: '/a',
        status: 200,
        durationMs: 3,
        upstreamStatuses: [502, 200],
        upstreamMs: 2,
        requestId: '77',
      },
    ],
    [
      'JSON with a bare list, which is no JSON',
      JSON_LOG,
      '{"ts":"1795389626.171","req":{"m":"GET","u":"/a"},"st":200,"rt":0.003,"us":"502, 200","urt":0.002, 0.001,"who":"","id":"77"}',
      { upstreamMs: 1, status: 200 },
    ],
    [
      'JSON with an empty bare value, which is no JSON',
      JSON_LOG,
      '{"ts":"1795389626.171","req":{"m":"GET","u":"/a"},"st":200,"rt":0.003,"us":"","urt":,"who":"al","id":"77"}',
      { status: 200, upstreamStatuses: [], consumer: 'al' },
    ],
    [
      'JSON with text around a variable',
      `'{"url":"$scheme://$host$request_uri","code":"HTTP $status","urts":[$upstream_response_time]}'`,
      '{"url":"https://h.example/a?b","code":"HTTP 503","urts":[0.1,0.2]}',
      { host: 'h.example', path: '/a', status: 503, upstreamMs: 200 },
    ],
    [
      'JSON with default escapes, which are no JSON',
      `'{"s":$status,"u":"$request_uri"}'`,
      '{"s":200,"u":"/\\xC3\\xBC"}',
      { status: 200, path: '/ü' },
    ],
    ['JSON without a status key', JSON_LOG, '{"level":"info"}', { reject: 'missing_status' }],
    ['a line of another format', MAIN, 'hello', { reject: 'unreadable' }],
    ['a status that is none', '$status $host', 'abc x', { reject: 'bad_status' }],
    ['a time that is none', '[$time_local] $status', '[22/Foo/2026:23:20:26 +0000] 200', { reject: 'bad_time' }],
    [
      'what a collector wrapped',
      MAIN,
      '{"log":"192.0.2.1 - - [22/Nov/2026:23:20:26 +0000] \\"GET /a HTTP/1.1\\" 200 1 \\"-\\" \\"-\\" \\"-\\"\\n","stream":"stdout"}',
      { status: 200, path: '/a' },
    ],
  ]
  it.each(rows)('reads %s', (_says, directive, record, event) => {
    expect(read(directive, record)).toMatchObject(event)
  })

  it('does not take a whole second of the start for the end', () => {
    expect(read('$time_iso8601 $request_time $status', '2026-11-22T23:20:26+00:00 3.000 200')).toMatchObject({
      tsMs: 1795389626000,
    })
  })

  it.each([
    ['no status', '$remote_addr $request_time', /^\$status is missing; allowed: /],
    [
      'nothing between two values',
      '$remote_addr$status_text $status',
      /^nothing stands between \$remote_addr and \$status_text, /,
    ],
    [
      'two values with spaces and no quotes',
      '$http_user_agent $http_cookie $status',
      /^\$http_user_agent and \$http_cookie may hold spaces/,
    ],
    ['a list whose end nobody can tell', '$upstream_status, $status', /^\$upstream_status is a list with "," between/],
    [
      'an unknown escape',
      `log_format a escape=xml '$status';`,
      /^has escape=xml; allowed: one of default, json, none$/,
    ],
    ['a string without end', `log_format a '$status`, /^has a string that does not end, from character 14; allowed: /],
    ['a name without text', 'log_format a;', /^holds no text; allowed: /],
    ['a dollar without a name', 'cost $ $status', /^has a \$ without the name of a variable behind it/],
    ['a brace that opens no JSON', '{$status} $request', /^begins with \{ and is no JSON object/],
  ])('refuses %s', (_says, directive, problem) => {
    expect(problemOf(compileNginx('own', directive))).toMatch(problem)
  })
})

describe('upstreams of IPv6', () => {
  const ADDRESSES = '[2001:db8::1]:80, [2001:db8::2]:80 : unix:/run/a.sock'
  it.each([
    ['alone', '$upstream_addr $upstream_status $status', `${ADDRESSES} 502, 504 : 503 503`],
    ['in brackets', '$status [$upstream_addr] [$upstream_status]', `503 [${ADDRESSES}] [502, 504 : 503]`],
    ['in quotes', '$status "$upstream_addr" "$upstream_status"', `503 "${ADDRESSES}" "502, 504 : 503"`],
    ['between bars', '$status|$upstream_addr|$upstream_status', `503|${ADDRESSES}|502, 504 : 503`],
    [
      'behind what is read from the right',
      '$http_user_agent $upstream_addr $upstream_status $status',
      `a [b ${ADDRESSES} 502, 504 : 503 503`,
    ],
  ])('%s', (_says, directive, line) => {
    expect(readBy(compileNginx('own', directive), line)).toMatchObject({
      status: 503,
      upstreamStatuses: [502, 504, 503],
    })
  })
})

it.each([
  ['"$status" "$host"', '"200"', { status: 200 }],
  ['$status "$host" "$request_id"', '200 "a.b"', { status: 200, host: 'a.b' }],
  ['$status "$host" "$request_id"', '200 "a.b" "', { status: 200, host: 'a.b' }],
  ['$status [$host] "$request_id"', '200 [a.b] ', { status: 200, host: 'a.b' }],
])('of %s cut as %s the quote behind a value is no part of it', (directive, line, expected) => {
  expect(read(directive, line)).toMatchObject(expected)
})
