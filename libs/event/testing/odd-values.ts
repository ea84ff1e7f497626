import { METHODS } from '../http-event.js'

/* Values at the borders of what the byte scanners read themselves, for tests. A bar separates them. */

const split = (...rows: string[]): string[] => rows.flatMap((row) => row.split('|'))

export const ODD_TIMES = split(
  '2026-11-22T23:20:26Z|2026-11-22 23:20:26z|2026-11-22T23:20:26.1719Z|2026-11-22T23:20:26.Z|2026-11-22T23:20:26.1Z',
  '2026-11-22T23:20:26.12Z|2026-11-22T23:20:26.123456789012Z|2026-11-22T23:20:26.1234567890123Z|2026-11-22T23:20:26,5Z',
  '2026-11-22T23:20:59Z|2026-11-22T23:20:60Z|2026-11-22T23:20:61Z|2026-11-22T23:20Z|2026-11-22T23:20:26',
  '2026-11-22T23:20:26+02|2026-11-22T23:20:26+0200|2026-11-22T23:20:26-07:30|2026-11-22T23:20:26+24:00',
  '2026-11-22T23:20:26 +02:00|2026-11-22T23:20:26+02x00|2026-02-30T23:20:26Z|2026-13-22T23:20:26Z',
  '2026-11-22T24:20:26Z|2026-11-22T23:60:26Z|1969-12-31T23:59:59Z|1970-01-01T00:00:00+01:00|0001-11-22T23:20:26Z',
  '2026-11-22X23:20:26Z|22/Nov/2026:23:20:26 +0000|22/Nov/2026:23:20:59 -0730|22/Nov/2026:23:20:60 +0000',
  '22/nov/2026:23:20:26 +0000|22/Nov/2026:23:20:26|31/Nov/2026:23:20:26 +0000|22/Nov/2026:23:20:26 +9900',
  '22/Nov/2026:23:20:26 0000 |22/Nov/2026:23:20:26.5 +0000|22/Nov/1969:23:20:26 +0000|22/Nov/2026 23:20:26 +0000',
  '2/Nov/2026:23:20:26 +0000|1795389630|1795389630.171|1795389630.1715|1795389630.000|1795389630171|1795389630171.9',
  '99999999999|100000000000|99999999999999|100000000000000|1795389630171000|1795389630171000123',
  '0|-1|1e12|1e21|yesterday||-|null| 1795389630 ',
)

export const ODD_STATUSES = split(
  '100|200|999|1000|99|099|000|00|0|-0|-1|-|| | 200|200.0|200.5|2e2|null|true|OK|"-"|[REDACTED]|20x|٢٠٠|0xc8|+200|200,|502, 200',
)

export const ODD_NUMBERS = split(
  '0|-0|1|-1|007|0.012|0.29|1.0005|0.0000001|12345678.9|.5|5.|1e3|1E-3|+1|1..2|999999999999999|9999999999999999',
  '0.123456789012345|0.1234567890123456|99999999|100000000.001|100000000000|100000000001|9007199254740991',
  '9007199254740992|123456789012345678901|1e999|NaN|Infinity||-| 5|5 |12ms|0.5s|x|null|1,5|0, 5|5, -|-, 5|x, 5|5 : 7|5,7|, 5',
)

export const ODD_LISTS = split(
  '502|502, 200|502 : 200|502,200|502:200|502, -|-, 200|-||, |502, | 502|502 |502, 200, 504|0|000|-1|99|1000|502, 0',
  '502, 000|502 : |502  : 200|502, 20|abc|10.2.0.4:80|null|502, null',
)

export const ODD_WORDS = [
  ...split(
    '|-|--|a| | a|a |null|nulls|NULL|none|[REDACTED]|[x]|<NOSRV>|<|<BADREQ>|""|é|\u0000|a\u0000b|\u007f|\u001b[31m|\uFEFFa',
    '\u00a0a|a"b|a\\b|a/b|7|007|1e3|-5|00-3e03093b3642b64e9a7d56c804cf7618-00f067aa0ba902b7-01',
    '00-3e03093b3642b64e9a7d56c804cf7618-00f067aa0ba902b7x01|start|end|stare|ends|DC|UF,DC|14|UNAVAILABLE',
  ),
  'x'.repeat(200),
  'x'.repeat(201),
  `${'x'.repeat(199)}é`,
]

export const ODD_PATHS = [
  ...split(
    '/|/a|/a?b|/a#b|/a?b#c|/a#b?c|?a|#|/a b|/a |/a ?b| /a|//|*|a|http://h/p?q|h:443||-|/-|null|/null|/é|/a\u0000|/\u007f',
    '/a"b|/a\\b|/a%20b',
  ),
  `/${'a'.repeat(3000)}`,
]

export const ODD_METHODS = [
  ...METHODS,
  ...split('PURGE|get|Get|GETS|GE|G||-| GET|GE T|G\u0131T', 'M-SEARCH|NULL|null|"GET"'),
  'A'.repeat(32),
  'A'.repeat(33),
]

export const ODD_PROTOCOLS = split(
  'HTTP/1.0|HTTP/1.1|HTTP/2.0|HTTP/3.0|HTTP/2|HTTP/3|HTTP/1.5|HTTP/2.1|HTTP/0.9|http/1.1|HTTP/11|HTTPS/1.1|HTTP/1.1 ',
  'h2|grpc|websocket||-|HTTP/1.|HTTP1.1/',
)

export const ODD_REQUESTS = [
  ...ODD_PATHS.map((path) => `GET ${path} HTTP/1.1`),
  ...ODD_METHODS.map((method) => `${method} /a HTTP/1.1`),
  ...ODD_PROTOCOLS.map((protocol) => `GET /a ${protocol}`),
  ...split(
    '|-|GARBAGE|GET|GET |GET /x|GET /x HT|GET  /x HTTP/1.1|GET /x  HTTP/1.1|GET HTTP/1.1|GET /a HTTP/1.1 HTTP/1.1',
    ' GET /a HTTP/1.1|GET /a HTTP/1.1 |GET\t/a HTTP/1.1|\\x16\\x03\\x01|\\"|\\\\|GET /a\\"b HTTP/1.1|GET /a?\\" HTTP/1.1',
    'GET /\\xc3\\xbc HTTP/1.1|GET /a?é HTTP/1.1|GET /a?b c HTTP/1.1',
  ),
]
