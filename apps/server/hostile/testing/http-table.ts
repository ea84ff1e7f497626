import { endless, head, post, postTo, raw, type HostileRequest } from './hostile-request.js'

const BAD_REQUEST = [400, 'bad_request'] as const
const NOT_FOUND = [404, 'not_found'] as const
const JSON_TYPE = 'Content-Type: application/json'
const ONE = '{"status":200}'

/** What is wrong with the HTTP of these. */
export const httpTable: readonly HostileRequest[] = [
  { says: 'a line that is not HTTP', bytes: raw('hello there\n\n'), reply: BAD_REQUEST },
  { says: 'the hello of TLS', bytes: () => Buffer.from('16030100c8010000c40303', 'hex'), reply: BAD_REQUEST },
  { says: 'the preface of HTTP/2', bytes: raw('PRI * HTTP/2.0\n\nSM\n\n'), reply: BAD_REQUEST },
  { says: 'HTTP/0.9', bytes: raw('GET /\n\n'), reply: BAD_REQUEST },
  { says: 'a version that does not exist', bytes: raw('GET / HTTP/9.9\nHost: localhost\n\n'), reply: BAD_REQUEST },
  { says: 'a method that does not exist', bytes: head('BREW / HTTP/1.1'), reply: BAD_REQUEST },
  { says: 'a method in small letters', bytes: head('post /v1/ingest HTTP/1.1'), reply: BAD_REQUEST },
  { says: 'no Host', bytes: raw('GET /healthz HTTP/1.1\n\n'), reply: BAD_REQUEST },
  {
    says: 'two Hosts, one of them ours',
    bytes: head('GET /healthz HTTP/1.1', 'Host: evil.example'),
    reply: BAD_REQUEST,
  },
  { says: 'a space before the colon', bytes: raw('GET / HTTP/1.1\nHost : localhost\n\n'), reply: BAD_REQUEST },
  { says: 'a folded header line', bytes: head('GET / HTTP/1.1', 'X-A: b', ' c'), reply: BAD_REQUEST },
  { says: 'a NUL in a header', bytes: head('GET / HTTP/1.1', 'X-A: b\0c'), reply: BAD_REQUEST },
  {
    says: 'a length and chunks: the way to smuggle a request',
    bytes: head('POST /v1/ingest HTTP/1.1', 'Content-Length: 5', 'Transfer-Encoding: chunked'),
    reply: BAD_REQUEST,
  },
  {
    says: 'two lengths',
    bytes: head('POST /v1/ingest HTTP/1.1', 'Content-Length: 5', 'Content-Length: 6'),
    reply: BAD_REQUEST,
  },
  { says: 'a negative length', bytes: head('POST /v1/ingest HTTP/1.1', 'Content-Length: -1'), reply: BAD_REQUEST },
  {
    says: 'a length past 64 bits',
    bytes: head('POST /v1/ingest HTTP/1.1', 'Content-Length: 99999999999999999999'),
    reply: BAD_REQUEST,
  },
  {
    says: 'a transfer coding that is not chunked',
    bytes: head('POST /v1/ingest HTTP/1.1', 'Transfer-Encoding: gzip, chunked'),
    reply: BAD_REQUEST,
  },
  {
    says: 'a chunk whose size is no number',
    bytes: raw(`POST /v1/ingest HTTP/1.1\nHost: localhost\nTransfer-Encoding: chunked\n\nzz\n${ONE}\n0\n\n`),
    reply: BAD_REQUEST,
  },
  {
    says: 'a hundred and one header fields',
    bytes: head('GET /healthz HTTP/1.1', ...Array.from({ length: 100 }, (_, index) => `X-${index}: y`)),
    reply: [431, 'headers_too_large'],
  },
  {
    says: 'a header field of 17 KiB',
    bytes: head('GET /healthz HTTP/1.1', `X-A: ${'a'.repeat(17 * 1024)}`),
    reply: [431, 'headers_too_large'],
  },
  {
    says: 'an address of 17 KiB',
    bytes: head(`GET /${'a'.repeat(17 * 1024)} HTTP/1.1`),
    reply: [431, 'headers_too_large'],
  },
  {
    says: 'a header that never ends',
    bytes: raw('GET / HTTP/1.1\nHost: localhost\nX-A: '),
    reply: [408, 'slow_request'],
  },
  {
    says: 'a header that trickles',
    bytes: raw('GET / HTTP/1.1\nHost: localhost\nX-A: '),
    send: endless(Buffer.from('a'), 100),
    reply: [408, 'slow_request'],
  },
  { says: 'an expectation nobody knows', bytes: post(ONE, 'Expect: wonders'), reply: [417, 'expectation_failed'] },
  {
    says: 'a tunnel to elsewhere',
    bytes: head('CONNECT evil.example:443 HTTP/1.1'),
    reply: [405, 'method_not_allowed'],
  },
  {
    says: 'TRACE, which would mirror keys',
    bytes: head('TRACE /healthz HTTP/1.1'),
    reply: [405, 'method_not_allowed'],
  },
  { says: 'reading where one writes', bytes: head('GET /api/v2/logs HTTP/1.1'), reply: [405, 'method_not_allowed'] },
  {
    says: 'deleting where one writes',
    bytes: head('DELETE /v1/ingest/x HTTP/1.1'),
    reply: [405, 'method_not_allowed'],
  },
  { says: 'writing where one reads', bytes: postTo('/metrics', ONE), reply: [405, 'method_not_allowed'] },
  {
    says: 'broken JSON where one reads',
    bytes: postTo('/v1/sources', '{"a":', JSON_TYPE),
    reply: [405, 'method_not_allowed'],
  },
  { says: 'broken JSON to an address of nothing', bytes: postTo('/v1/ingest/s3/x', '{', JSON_TYPE), reply: NOT_FOUND },
  {
    says: 'lines to an address of nothing',
    bytes: postTo('/v1/ingest/s3/x', `${ONE}\n${ONE}`, JSON_TYPE),
    reply: NOT_FOUND,
  },
  {
    says: 'a body that never comes to an address of nothing',
    bytes: head('POST /v1/ingest/s3/x HTTP/1.1', JSON_TYPE, 'Content-Length: 2000000'),
    reply: NOT_FOUND,
  },
  { says: 'an address of nothing', bytes: head('GET /../../etc/passwd HTTP/1.1'), reply: [404, 'not_found'] },
  {
    says: 'a proxy request for another server',
    bytes: head('GET http://evil.example/ HTTP/1.1'),
    reply: BAD_REQUEST,
  },
  {
    says: 'JSON that is none, for the keys',
    bytes: postTo('/v1/keys', '{"name":', 'Content-Type: application/json'),
    reply: [400, 'bad_json'],
  },
  {
    says: 'a form, for the keys',
    bytes: postTo('/v1/keys', 'name=x', 'Content-Type: application/x-www-form-urlencoded'),
    reply: [415, 'unknown_media_type'],
  },
  {
    says: 'two megabytes, for the keys',
    bytes: postTo('/v1/keys', () => Buffer.alloc(2_000_000, ' '), 'Content-Type: application/json'),
    reply: [413, 'body_too_large'],
  },
  {
    says: 'a key with a scope that is none',
    bytes: postTo('/v1/keys', '{"name":"x","scopes":["root"]}', 'Content-Type: application/json'),
    reply: [422, 'bad_argument'],
  },
  { says: 'an escape that is none', bytes: head('GET /%zz HTTP/1.1'), reply: [400, 'bad_url'] },
  { says: 'an escape that is no UTF-8', bytes: head('GET /v1/ingest/%ff%fe HTTP/1.1'), reply: [400, 'bad_url'] },
  {
    says: 'GraphQL from a form',
    bytes: postTo('/graphql', 'query=1', 'Content-Type: text/plain'),
    reply: [415, 'BAD_USER_INPUT'],
  },
  {
    says: 'JSON that is none, where JSON is needed',
    bytes: postTo('/graphql', '{"query":', 'Content-Type: application/json'),
    reply: [400, 'BAD_USER_INPUT'],
  },
  {
    says: 'JSON that poisons prototypes, where JSON is needed',
    bytes: postTo('/graphql', '{"__proto__":{"admin":true}}', 'Content-Type: application/json'),
    reply: [400, 'BAD_USER_INPUT'],
  },
  {
    says: 'a question of two megabytes',
    bytes: postTo('/graphql', () => Buffer.alloc(2_000_000, ' '), 'Content-Type: application/json'),
    reply: [413, 'BAD_USER_INPUT'],
  },
]
