import * as fc from 'fast-check'
import { clf, iso, list, pick, requestLine, seconds, statusWord, two, word } from './values.js'

const extra = fc.oneof(
  fc
    .tuple(
      pick(
        'rt',
        'urt',
        'uct',
        'us',
        'ups',
        'host',
        'rid',
        'service',
        'consumer',
        'duration',
        'RT',
        'upstream_response_length',
        'x',
      ),
      fc.oneof(list, seconds, word),
      fc.boolean(),
    )
    .map(([key, value, quoted]) => (quoted ? `${key}="${value}"` : `${key}=${value}`)),
  pick('"-"', '"198.51.100.4"', '7396', '=', 'k=', '"open', 'a"b c"d', '"\\"x\\""', '.', 'rt', ''),
)

/** Lines that the byte scanner reads. */
export const usualLine = fc
  .tuple(
    fc.nat(59),
    pick('GET', 'POST', 'PATCH'),
    fc.nat(9999),
    pick(200, 404, 429, 502),
    fc.nat(99_999),
    fc.boolean(),
    fc.nat(2000),
  )
  .map(
    ([s, m, id, status, bytes, long, ms]) =>
      `192.0.2.14 - - [22/Nov/2026:23:20:${two(s)} +0000] "${m} /api/v1/orders/${id}?full=1 HTTP/1.1" ${status} ${bytes} "-" "okhttp/4.12"` +
      (long ? ` rt=${(ms / 1000).toFixed(3)} us="502, 200" host=shop.example rid=3e03093b3642b64e` : ''),
  )

/** Lines of odd values. */
export const oddLine = fc
  .tuple(
    pick('', 'shop.example:443 ', '[::1]:80 '),
    pick('192.0.2.14', '::1', 'h\u00e9', '192.0.2.1:80'),
    pick('-', 'id'),
    pick('-', 'alice', 'john doe', '[192.0.2.7] - bob', '', 'j\\x22d', 'null'),
    fc.oneof(clf, clf, iso),
    requestLine,
    statusWord,
    pick('157', '0', '-', '', 'x', '99999999999999999999', '5 "r'),
    fc.array(extra, { maxLength: 6 }),
  )
  .map(
    ([vhost, addr, ident, user, time, request, status, bytes, extras]) =>
      `${vhost}${addr} ${ident} ${user} [${time}] "${request}" ${[status, bytes, ...extras].join(' ')}`,
  )

/** Usual lines with one odd value: what the scanner nearly reads. */
export const nearlyUsualLine = fc
  .tuple(
    pick('addr', 'ident', 'user', 'time', 'request', 'status', 'bytes', 'extra', 'extra', 'extra', 'tail'),
    fc.record({
      addr: pick('h\u00e9', '::1', 'h:80 192.0.2.1', ''),
      ident: pick('id', '', '[x]'),
      user: pick('alice', 'john doe', '[192.0.2.7] - bob', '', 'null', 'x'.repeat(201), 'j\\x22d', '7'),
      time: fc.oneof(clf, iso),
      request: requestLine,
      status: statusWord,
      bytes: pick('-', '', 'x', '99999999999999999999', '1.5'),
      extra: fc.array(extra, { minLength: 1, maxLength: 3 }).map((extras) => extras.join(' ')),
      tail: pick('"open', '\\', ' ', '\r', '"a\\"b"', '"a\\\\"'),
    }),
  )
  .map(([odd, values]) => {
    const part = (name: keyof typeof values, usual: string) => (odd === name ? values[name] : usual)
    return (
      `${part('addr', '192.0.2.14')} ${part('ident', '-')} ${part('user', '-')} ` +
      `[${part('time', '22/Nov/2026:23:20:26 +0000')}] "${part('request', 'GET /a?b HTTP/1.1')}" ` +
      `${part('status', '200')} ${part('bytes', '157')} "-" "curl/8" ${part('extra', 'rt=0.012')} ${part('tail', 'x')}`
    )
  })
