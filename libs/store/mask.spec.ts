import { mask } from './mask.js'

describe('mask', () => {
  it.each([
    [
      'an address',
      '10.1.2.3 - - [10/Oct/2026:13:55:36 +0000] "GET /a"',
      '*** - - [10/Oct/2026:13:55:36 +0000] "GET /a"',
    ],
    ['an IPv6 address', 'from 2001:db8::1 and ::1 and 1:2:3:4:5:6:7:8.', 'from *** and *** and ***.'],
    ['a query string', '"GET /a?token=x&b=2 HTTP/1.1" 200', '"GET /a?*** HTTP/1.1" 200'],
    ['a header', 'Authorization: Bearer abc.def', 'Authorization: ***'],
    ['a header in JSON', '{"authorization":"Bearer a\\"b","status":1}', '{"authorization":"***","status":1}'],
    ['a scheme alone', 'sent Bearer abcdefgh to', 'sent Bearer *** to'],
    ['a cookie in JSON', '{"cookie":"sid=1","a":2}', '{"cookie":"***","a":2}'],
    [
      'arguments and queries in JSON',
      '{"args":"a=1","query_string":"b","query":"c"}',
      '{"args":"***","query_string":"***","query":"***"}',
    ],
    [
      'secrets by name',
      '{"access_token":"x","clientSecret":7,"db_password":["a","]"],"n":1}',
      '{"access_token":"***","clientSecret":"***","db_password":"***","n":1}',
    ],
    [
      'more of them',
      '{"api_key":"x","Set-Cookie":"y","session_id":"z","X-Api-Key":true}',
      '{"api_key":"***","Set-Cookie":"***","session_id":"***","X-Api-Key":"***"}',
    ],
    ['objects with braces in strings', '{"query":{"a":"}","b":{"c":"secret"}},"n":1}', '{"query":"***","n":1}'],
    [
      'JSON in JSON',
      '{"log":"{\\"token\\":\\"a\\\\\\"b\\",\\"n\\":1}"}',
      '{"log":"{\\"token\\":\\"***\\",\\"n\\":1}"}',
    ],
    ['a value that was cut off', '{"n":1,"token":"abc', '{"n":1,"token":"***"'],
    [
      'user and password',
      'to https://u:p@host/a and https:\\/\\/u:p@host',
      'to https://***@host/a and https:\\/\\/***@host',
    ],
    ['an escaped question mark', '{"path":"/a\\u003ftoken=x\\u0026b=y"}', '{"path":"/a?***"}'],
    ['a name that hides in escapes', '{"Authoriz\\u0061tion":"SECRET12"}', '{"Authorization":"***"}'],
    ['an address that hides in escapes', '{"ip":"203.0.113.\\u0037\\u0037"}', '{"ip":"***"}'],
    ['a query with an escape in it', '{"path":"/a?b=x\\u0026c=y"}', '{"path":"/a?***"}'],
    ['a session in a path', 'GET /a;jsessionid=AB12?x HTTP/1.1', 'GET /a;jsessionid=*** HTTP/1.1'],
    ['pairs', 'status=200 api_key=abc password="a b" ms=3', 'status=200 api_key=*** password=*** ms=3'],
    ['a cookie header', 'Cookie: a=b; c=d', 'Cookie: ***'],
    ['terminal escapes', '/a\u001b[31mred\u0007\tb', '/a\u{fffd}[31mred\u{fffd}\tb'],
    ['nothing', '{"status":200,"ts":"2026-10-10T13:55:36Z"}', '{"status":200,"ts":"2026-10-10T13:55:36Z"}'],
  ])('hides %s', (_what, record, shown) => {
    expect(mask(Buffer.from(record))).toBe(shown)
  })

  it.each([
    'a:',
    ':',
    '?',
    'authorization:',
    '"token":"',
    '1.',
    'bearer ',
    'f',
    'token',
    '"token',
    '"token":{',
    '\\"token\\":',
    '\\',
    '"query":"\\',
    '://',
    '@',
    ';',
    '%3f',
    'x?',
  ])('takes a moment for 16 KiB of %j', (part) => {
    const beganMs = performance.now()
    mask(Buffer.from(part.repeat(16_384 / part.length)))
    expect(performance.now() - beganMs).toBeLessThan(500)
  })
})
