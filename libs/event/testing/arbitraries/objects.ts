import * as fc from 'fast-check'
import {
  clf,
  iso,
  list,
  methodWord,
  path,
  pick,
  protocol,
  requestLine,
  seconds,
  statusWord,
  text,
  two,
  word,
} from './values.js'

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
  '1795389630000',
  '1795389630000.5',
  '1795389630.000',
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

/** Objects of odd members. */
export const oddObject = fc
  .tuple(fc.array(member, { maxLength: 9 }), separators)
  .map(
    ([members, [colon, comma]]) =>
      `{${members.map(([key, value]) => `${JSON.stringify(key)}${colon}${value}`).join(comma)}}`,
  )

/** Objects that the byte scanner reads. */
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
const USUAL: [string, string][] = [
  ['ts', '"2026-11-22T23:20:26.171Z"'],
  ['service', '"cart"'],
  ['method', '"GET"'],
  ['path', '"/orders/7?q"'],
  ['status', '200'],
  ['request_time', '0.012'],
  ['request_id', '"abc"'],
]

/** Usual objects with one or two odd members: what the scanner nearly reads. */
export const nearlyUsualObject = fc
  .tuple(fc.array(fc.tuple(member, fc.nat(USUAL.length)), { minLength: 1, maxLength: 2 }), fc.boolean(), separators)
  .map(([odds, replaces, [colon, comma]]) => {
    const members = [...USUAL]
    for (const [odd, at] of odds) members.splice(at, replaces ? 1 : 0, odd)
    return `{${members.map(([key, value]) => `${JSON.stringify(key)}${colon}${value}`).join(comma)}}`
  })
