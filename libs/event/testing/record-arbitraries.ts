import * as fc from 'fast-check'
import type { ReadingOptions } from '../body/record-reader.js'
import { BUILT_IN_FORMATS } from '../format.js'

/* Bodies for property tests: usual records, nearly usual ones, odd ones, and what becomes of them when bytes go wrong. */

const encoder = new TextEncoder()
const pick = <T>(...values: T[]) => fc.constantFrom(...values)
const two = (value: number) => String(value).padStart(2, '0')
const clock = fc.tuple(fc.nat(31), fc.nat(25), fc.nat(60), fc.nat(61), fc.nat(999))
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec', 'nov']

const clf = fc
  .tuple(clock, pick(...MONTHS), pick('2026', '1970', '0001'), pick('+0000', '-0730', '+1400', '+9900', '0000'))
  .map(([[d, h, m, s], month, year, zone]) => `${two(d)}/${month}/${year}:${two(h)}:${two(m)}:${two(s)} ${zone}`)
const iso = fc
  .tuple(
    clock,
    fc.nat(13),
    pick('T', ' '),
    pick('', '.1', '.25', '.123', '.123456789', '.', ',5'),
    pick('Z', 'z', '+02:00', '-0730', '', '+24:00'),
  )
  .map(
    ([[d, h, m, s], month, t, fraction, zone]) =>
      `2026-${two(month)}-${two(d)}${t}${two(h)}:${two(m)}:${two(s)}${fraction}${zone}`,
  )

const word = pick(
  '',
  '-',
  'a',
  'null',
  'alice',
  '[REDACTED]',
  '<NOSRV>',
  ' padded ',
  'shop.example',
  'x'.repeat(201),
  'é',
  '\u0000',
  '7',
  '007',
  'ab cd',
)
const path = pick(
  '/',
  '/api/v1/orders/77?full=1',
  '/a b',
  '/a#b',
  '?q',
  '*',
  'http://h/p?q',
  '/ü',
  '',
  '-',
  '/a"b',
  '/p/../x',
  'null',
)
const methodWord = pick('GET', 'POST', 'get', 'QUERY', 'PURGE', 'G\u0131T', '', '-', 'GE T', 'A'.repeat(40))
const protocol = pick('HTTP/1.1', 'HTTP/2.0', 'HTTP/3', 'HTTP/1.5', 'HT', '', 'h2')
const statusWord = pick(
  '200',
  '404',
  '499',
  '502',
  '000',
  '0',
  '-',
  '',
  '-1',
  '99',
  '1000',
  '20',
  '2000',
  '200.0',
  'OK',
  'null',
  ' 200 ',
)
const seconds = pick(
  '0.012',
  '0.000',
  '12',
  '1.0005',
  '0.29',
  '-',
  '',
  '-1',
  '1e3',
  '0.1234567',
  '123456789012.5',
  'NaN',
  '99999999999999999',
  '.5',
  '5.',
)
const list = pick(
  '502, 200',
  '502',
  '-',
  '',
  '502, -',
  '502 : 200',
  '502,200',
  '200, 502 : -',
  'abc',
  '10.2.0.4:80',
  '000',
  '0.002, 0.001',
  '0, 5',
  '502, ',
)

const requestLine = fc.oneof(
  fc.tuple(methodWord, path, protocol).map((parts) => parts.join(' ')),
  pick(
    '',
    '-',
    'GARBAGE',
    'GET /x HT',
    'GET  /x HTTP/1.1',
    '\\x16\\x03\\x01',
    'GET /\\xc3\\xbc HTTP/1.1',
    'GET /\\"q HTTP/1.1',
    'GET HTTP/1.1',
  ),
)
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
/** Lines that the byte scanners read. */
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
const oddLine = fc
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

const text = (arbitrary: fc.Arbitrary<string>) => arbitrary.map((value) => JSON.stringify(value))
const keys = {
  ts: pick('ts', 'timestamp', 'TIME', '@timestamp', 'msec', 'started_at'),
  status: pick('status', 'status_code', 'Status', 'code'),
  label: pick(
    'service',
    'service_name',
    'gateway',
    'host',
    'server_name',
    'route',
    'consumer',
    'remote_user',
    'request_id',
    'rid',
    'trace_id',
    'traceparent',
  ),
  measure: pick(
    'duration_ms',
    'request_time',
    'duration',
    'duration_us',
    'event.duration',
    'bytes',
    'body_bytes_sent',
    'upstream_ms',
    'upstream_response_length',
  ),
}
const number = pick(
  '0',
  '1',
  '12.5',
  '-1',
  '1e3',
  '200',
  '007',
  '1795389630171',
  '1795389630.171',
  '1795389630',
  '0.0015',
  '1.7976931348623157e308',
  '1e999',
  '.5',
  '123456789012345678',
  '-0',
)
const traceparent = pick('00-3e03093b3642b64e9a7d56c804cf7618-00f067aa0ba902b7-01', 'Root=1-67a1b2c3')
const member = fc.oneof(
  fc.tuple(keys.ts, fc.oneof(text(iso), text(clf), number, text(number))),
  fc.tuple(
    keys.status,
    fc.oneof(text(statusWord), pick('200', '502', '0', '-1', '99', '1000', 'null', 'true', '[]', '200.5')),
  ),
  fc.tuple(pick('method', 'request_method'), text(methodWord)),
  fc.tuple(pick('path', 'uri', 'url'), text(path)),
  fc.tuple(pick('request'), fc.oneof(text(requestLine), pick('null', '{"method":"PUT"}'))),
  fc.tuple(pick('protocol', 'server_protocol'), text(protocol)),
  fc.tuple(keys.label, fc.oneof(text(word), text(traceparent), number, pick('null', '{"name":"x"}'))),
  fc.tuple(keys.measure, fc.oneof(text(seconds), text(list), number, pick('null'))),
  fc.tuple(
    pick('upstream_status', 'ups', 'us'),
    fc.oneof(text(list), pick('502', '[502,200]', 'null', '0', '-1', '200.5')),
  ),
  fc.tuple(
    pick('flags', 'grpc_status', 'ts_kind', 'graphql', 'graphql.errors'),
    pick(
      'null',
      '""',
      '"-"',
      '"start"',
      '"end"',
      '"DC"',
      '14',
      '"UNAVAILABLE"',
      '["DC"]',
      '{"errors":["INTERNAL_SERVER_ERROR"]}',
    ),
  ),
  fc.tuple(
    pick('__proto__', 'user_agent', 'constructor', 'x'.repeat(60), '\u212Aey', 'log', ''),
    fc.oneof(
      text(word),
      pick('true', 'false', 'null', '1', '{}', '[1,{"a":2}]', '"\\u00e9\\n"', '"\\x22"', '"\\ud800"', '-', ''),
    ),
  ),
)
const separators = pick([':', ','], [':', ','], [': ', ', '], [': ', ', '], [' : ', ' ,'], [':\t', ',\r'])
const oddObject = fc
  .tuple(fc.array(member, { maxLength: 9 }), separators)
  .map(
    ([members, [colon, comma]]) =>
      `{${members.map(([key, value]) => `${JSON.stringify(key)}${colon}${value}`).join(comma)}}`,
  )
/** Objects that the byte scanners read. */
export const usualObject = fc
  .tuple(
    fc.nat(59),
    fc.nat(999),
    pick('GET', 'POST'),
    fc.nat(9999),
    pick(200, 404, 502),
    pick(0.012, 1.5, 0.29),
    fc.boolean(),
  )
  .map(([s, ms, m, id, status, rt, spaced]) => {
    const record = {
      ts: `2026-11-22T23:20:${two(s)}.${String(ms).padStart(3, '0')}Z`,
      gateway: 'edge',
      service: 'cart',
      method: m,
      path: `/orders/${id}?q`,
      status,
      request_time: rt,
      upstream_status: '502, 200',
      bytes: id,
      request_id: 'abc',
      user_agent: 'curl "8"',
    }
    return spaced ? JSON.stringify(record, null, 1).replaceAll('\n ', ' ').replaceAll('\n', '') : JSON.stringify(record)
  })

/** Usual records with one or two odd values: what the scanners nearly read. */
const nearlyUsualLine = fc
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
const USUAL: [string, string][] = [
  ['ts', '"2026-11-22T23:20:26.171Z"'],
  ['service', '"cart"'],
  ['method', '"GET"'],
  ['path', '"/orders/7?q"'],
  ['status', '200'],
  ['request_time', '0.012'],
  ['request_id', '"abc"'],
]
const nearlyUsualObject = fc
  .tuple(fc.array(fc.tuple(member, fc.nat(USUAL.length)), { minLength: 1, maxLength: 2 }), fc.boolean(), separators)
  .map(([odds, replaces, [colon, comma]]) => {
    const members = [...USUAL]
    for (const [odd, at] of odds) members.splice(at, replaces ? 1 : 0, odd)
    return `{${members.map(([key, value]) => `${JSON.stringify(key)}${colon}${value}`).join(comma)}}`
  })

const record = fc.oneof(
  usualLine,
  usualObject,
  nearlyUsualLine,
  nearlyUsualObject,
  nearlyUsualObject,
  oddLine,
  oddObject,
)
const lineEnd = pick('\n', '\r\n', '\n\n', '', '\r', ',\n', ' ')
const body = fc
  .array(fc.tuple(record, lineEnd), { minLength: 1, maxLength: 8 })
  .map((records) => records.map((parts) => parts.join('')).join(''))
const wrapped = fc
  .tuple(
    fc.array(fc.oneof(usualObject, nearlyUsualObject, oddObject, pick('1', '"a"', '[1]', 'nul')), { maxLength: 6 }),
    pick(',', ',\n', ' , '),
    pick('[', '{"events":[', '{"v":1,"logs" : [\n', '{"status":1,"logs":['),
    pick(']', ']}', '\n]\n}\n', '', ']]', '],"records":[{"status":200}]}'),
  )
  .map(([elements, comma, open, close]) => open + elements.join(comma) + close)

const POISON = [
  '"',
  '\\',
  '\r',
  '\n',
  '\0',
  '\u001b',
  'é',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  ' ',
  '-',
  '\\x22',
  '\\u0000',
  '=',
  '\ud83d\ude00',
].map((c) => encoder.encode(c))
const mutation = fc.record({
  at: fc.nat(),
  kind: pick('flip', 'insert', 'delete', 'cut'),
  byte: fc.nat(255),
  poison: pick(...POISON),
})
function mutate(
  bytes: Uint8Array,
  mutations: readonly { at: number; kind: string; byte: number; poison: Uint8Array }[],
) {
  let result = [...bytes]
  for (const { at, kind, byte, poison } of mutations) {
    const index = at % (result.length + 1)
    if (kind === 'flip' && index < result.length) result[index] = byte
    else if (kind === 'insert') result.splice(index, 0, ...poison)
    else if (kind === 'delete') result.splice(index, 1 + (byte % 5))
    else if (kind === 'cut' && byte < 64) result = result.slice(0, index)
  }
  return Uint8Array.from(result)
}
/** Bodies of records of every kind, in every shape. */
export const bytesOfBody = fc.oneof(body, wrapped).map((value) => encoder.encode(value))
/** The same with bytes flipped, put in, taken out or cut off. */
export const mutated = fc
  .tuple(bytesOfBody, fc.array(mutation, { minLength: 1, maxLength: 4 }))
  .map(([bytes, mutations]) => mutate(bytes, mutations))
/** Bytes of no shape. */
export const garbage = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.array(pick(...POISON), { maxLength: 60 }).map((parts) => Uint8Array.from(parts.flatMap((part) => [...part]))),
)
/** How a source may be read. */
export const options: fc.Arbitrary<ReadingOptions> = fc.record({
  format: pick('auto', 'auto', ...BUILT_IN_FORMATS.names).map((name) => BUILT_IN_FORMATS.get(name)!),
  maxRecordBytes: pick(1 << 20, 150),
  maxDepth: pick(32, 2),
  timeZone: pick('UTC', 'Europe/Berlin'),
})
/** Where a body is cut into chunks. */
export const cuts = fc.oneof(
  fc.array(fc.nat(), { maxLength: 6 }),
  fc.constant(Array.from({ length: 3000 }, (_, cut) => cut)),
)
