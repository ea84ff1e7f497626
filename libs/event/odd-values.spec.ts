import { jest } from '@jest/globals'
import { BodyScanner } from './body/body-scanner.js'
import { RecordReader } from './body/record-reader.js'
import { BUILT_IN_FORMATS } from './format.js'
import * as odd from './testing/odd-values.js'
import { RecordingSink } from './testing/recording-sink.js'

/** Every odd value of a kind, alone in an otherwise usual record, at every place where it may stand. */

function read(body: string, name: string) {
  const format = BUILT_IN_FORMATS.get(name)!
  const sink = new RecordingSink()
  const scanner = new BodyScanner({ format, timeZone: 'Europe/Berlin' }, sink)
  scanner.push(new TextEncoder().encode(body))
  scanner.end()
  return sink.calls
}

function expectTheSame(records: readonly string[], format: string): void {
  const body = records.map((record) => `${record}\n`).join('')
  const scanLine = jest.spyOn(RecordReader.prototype, 'scanLine').mockReturnValue(-1)
  const scanObject = jest.spyOn(RecordReader.prototype, 'scanObject').mockReturnValue(-1)
  const exact = read(body, format)
  scanLine.mockRestore()
  scanObject.mockRestore()
  expect(read(body, format)).toEqual(exact)
  expect(exact.length).toBeGreaterThanOrEqual(records.length)
}

const USUAL: readonly [string, string][] = [
  ['ts', '"2026-11-22T23:20:26.171Z"'],
  ['service', '"cart"'],
  ['method', '"GET"'],
  ['path', '"/orders/7?q"'],
  ['status', '200'],
  ['request_time', '0.012'],
]

/** A usual object in which a key has another value, or stands in addition: in front, in the middle, at the end. */
function objects(key: string, value: string): string[] {
  const rest = USUAL.filter(([name]) => name !== key)
  return [0, 3, rest.length].map((at) => {
    const members = rest.toSpliced(at, 0, [key, value])
    return `{${members.map(([name, text]) => `"${name}":${text}`).join(',')}}`
  })
}

const MEMBERS: [string[], readonly string[]][] = [
  [['ts', 'time', 'msec', 'started_at'], odd.ODD_TIMES],
  [['status', 'status_code', 'STATUS'], odd.ODD_STATUSES],
  [['method', 'request_method'], odd.ODD_METHODS],
  [['path', 'uri'], odd.ODD_PATHS],
  [['protocol'], odd.ODD_PROTOCOLS],
  [['request'], odd.ODD_REQUESTS],
  [
    ['request_time', 'duration_ms', 'duration', 'duration_us', 'rt', 'bytes', 'upstream_bytes', 'upstream_ms'],
    odd.ODD_NUMBERS,
  ],
  [['upstream_status', 'us'], odd.ODD_LISTS],
  [
    [
      'service',
      'service_name',
      'gateway',
      'host',
      'route',
      'consumer',
      'request_id',
      'trace_id',
      'traceparent',
      'ts_kind',
    ],
    odd.ODD_WORDS,
  ],
  [['flags', 'grpc_status', 'graphql', 'graphql.errors', 'log', 'user_agent', '__proto__', ''], odd.ODD_WORDS],
]
const RAW = [
  'true',
  'false',
  'null',
  'nul',
  '{}',
  '[]',
  '[502,200]',
  '{"name":"x"}',
  '"\\u0041"',
  '"\\x41"',
  '"\\/"',
  '"\\ud800"',
  '"\\q"',
  '-',
  '',
]

describe('objects with one odd value are read alike by scanner and exact path', () => {
  it.each(MEMBERS)('%p', (keys, values) => {
    const texts = [
      ...values.map((value) => JSON.stringify(value)),
      ...values.filter((value) => /^[-+.\d]/.test(value)),
      ...RAW,
    ]
    const records = keys.flatMap((key) => texts.flatMap((text) => objects(key, text)))
    expectTheSame(records, 'json')
    expectTheSame(records, 'nginx_json')
  })

  it('with two keys for one field', () => {
    const keys = ['service', 'service_name', 'service_id', 'Service']
    const values = ['"a"', '"b"', '"-"', '""', 'null', '7', '"null"', 'true', '{}']
    const pairs = keys.flatMap((first) =>
      keys.flatMap((second) =>
        values.flatMap((a) => values.map((b) => `{"status":200,"${first}":${a},"${second}":${b}}`)),
      ),
    )
    expectTheSame(pairs, 'json')
  })

  it('with white space and other bytes between the tokens', () => {
    const gaps = ['', ' ', '  ', '\t', '\r', '\n', '\u00a0', '\0', ',', ':', '"', '}', '{', 'x']
    const tokens = ['{', '"status"', ':', '200', ',', '"path"', ':', '"/a"', '}']
    const records = gaps.flatMap((gap) => tokens.map((_, at) => tokens.toSpliced(at + 1, 0, gap).join('')))
    expectTheSame(records, 'json')
  })
})

describe('lines with one odd value are read alike by scanner and exact path', () => {
  const usual = {
    addr: '192.0.2.14',
    ident: '-',
    user: '-',
    time: '22/Nov/2026:23:20:26 +0000',
    request: 'GET /a?b HTTP/1.1',
    status: '200',
    bytes: '157',
    rest: '"-" "curl/8" rt=0.012',
  }
  const line = (change: Partial<typeof usual>) => {
    const { addr, ident, user, time, request, status, bytes, rest } = { ...usual, ...change }
    return `${addr} ${ident} ${user} [${time}] "${request}" ${status} ${bytes} ${rest}`
  }
  const keys = [
    'rt',
    'request_time',
    'duration',
    'duration_us',
    'us',
    'ups',
    'upstream_status',
    'urt',
    'host',
    'rid',
    'consumer',
    'status',
    'x',
    '',
  ]
  const values = [...odd.ODD_WORDS, ...odd.ODD_NUMBERS, ...odd.ODD_LISTS]
  const TAILS = [
    '',
    ' ',
    '"',
    '"-',
    '"\\',
    '"\\"',
    '"a\\\\"',
    '"a"b',
    'a"b"',
    '=',
    'k=',
    'k="',
    'k="a"b',
    '- : -',
    'a, b',
    'é',
    '"é"',
    '\r',
    '\0',
    '"\0"',
  ]

  it.each<[keyof typeof usual, readonly string[]]>([
    ['addr', [...odd.ODD_WORDS, 'shop.example:443 192.0.2.14', '[::1]:80 h', '::1', 'h:80']],
    ['ident', odd.ODD_WORDS],
    ['user', [...odd.ODD_WORDS, 'john doe', '[192.0.2.7] - bob', 'x [22/Nov/2026:23:20:26 +0000]', 'j\\x22d']],
    ['time', odd.ODD_TIMES],
    ['request', odd.ODD_REQUESTS],
    ['status', odd.ODD_STATUSES],
    ['bytes', odd.ODD_NUMBERS],
    ['rest', TAILS.flatMap((tail) => [tail, `"-" "curl/8" ${tail}`, `"-" "curl/8" rt=0.012 ${tail} rt=0.013 host=h`])],
  ])('%s', (name, texts) =>
    expectTheSame(
      texts.map((text) => line({ [name]: text })),
      'auto',
    ),
  )

  it.each(keys)('key %p behind the line', (key) => {
    const rests = values.flatMap((value) => [
      `"-" "-" ${key}=${value}`,
      `"-" "-" ${key}="${value}" x=1`,
      `${key}=${value} host=h`,
    ])
    expectTheSame(
      rests.map((rest) => line({ rest })),
      'combined',
    )
    expectTheSame(
      rests.map((rest) => line({ rest, user: 'alice' })),
      'combined',
    )
  })
})
